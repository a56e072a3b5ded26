import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** The licence of every package that ended up in the bundle: most of them ask to be passed on with the code. */
export function thirdPartyLicenses(metafile: Metafile): string {
  const folders = Object.keys(metafile.inputs).flatMap((input) => PACKAGE_FOLDER.exec(input)?.[0] ?? []);
  const packages = [...new Set(folders)].sort().map(licenseOf);
  const node = `Node.js ${process.version}\nhttps://github.com/nodejs/node/blob/${process.version}/LICENSE`;
  return `${[...packages, node].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
  return `${name} ${version} (${license})${text}`;
}
