import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { shared } from './bundle.ts';

/**
 * For the single file: the program and its packages in chunks, one for each part that is loaded on its own. esbuild cuts
 * only ES modules into chunks and a single executable runs only CommonJS, so each is turned into that afterwards.
 * Answers their names, as they import each other.
 */
export async function bundleChunks(entry: string, folder: string): Promise<string[]> {
  await build({
    ...shared,
    sourcemap: false,
    entryPoints: { main: entry },
    outdir: folder,
    format: 'esm',
    splitting: true,
    define: {
      'import.meta.url': 'importMetaUrl',
      'import.meta.filename': '__filename',
      'import.meta.dirname': '__dirname',
    },
  });
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  for (const name of names) {
    const file = join(folder, name);
    const { code } = await transform(readFileSync(file, 'utf8'), {
      format: 'cjs',
      platform: 'node',
      minifyWhitespace: true,
    });
    writeFileSync(file, code.replaceAll(/\bimport\((?="\.\/[\w.-]+\.js"\))/g, 'later('));
  }
  return names.map((name) => `./${name}`);
}
