/**
 * node scripts/build.ts [--bundle-only] [--entry FILE] [--library FILE] [--out FOLDER]
 *
 * dist/package/            what npm publishes: the program, the library and its types
 * dist/oura-clockify.cjs   the whole program as one script, with its map and the licences of what is in it
 * dist/oura-clockify       the same with Node and SQLite inside, one file to install
 */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleEverything, bundlePackage } from './bundle.ts';
import { writeDeclarations } from './declarations.ts';
import { thirdPartyLicenses } from './licenses.ts';
import { buildSingleFile } from './singleFile.ts';

const { values } = parseArgs({
  options: {
    'bundle-only': { type: 'boolean', default: false },
    entry: { type: 'string', default: 'src/main.ts' },
    library: { type: 'string', default: 'src/index.ts' },
    out: { type: 'string', default: 'dist' },
  },
});

await bundlePackage({ main: values.entry, index: values.library }, join(values.out, 'package'));
writeDeclarations(values.library, join(values.out, 'package'));
const script = join(values.out, 'oura-clockify.cjs');
const metafile = await bundleEverything(values.entry, script);
writeFileSync(join(values.out, 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicenses(metafile));
report(script);

if (!values['bundle-only']) {
  const file = join(values.out, process.platform === 'win32' ? 'oura-clockify.exe' : 'oura-clockify');
  await buildSingleFile(values.entry, file);
  report(file);
}

function report(file: string): void {
  process.stdout.write(`${file}  ${(statSync(file).size / 1e6).toFixed(1)} MB\n`);
}
