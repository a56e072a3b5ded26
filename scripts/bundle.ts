import { rmSync } from 'node:fs';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

/** Puts `contents` where a package, and nobody else, imports a module of Node's. */
function standIn(module: string, forPackage: string, contents: string): Plugin {
  const namespace = `stand-in-${module}`;
  const importers = new RegExp(String.raw`[\\/]${forPackage}[\\/]`);
  return {
    name: namespace,
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: new RegExp(`^node:${module}$`) }, ({ path, importer }) =>
        importers.test(importer) ? { path, namespace } : undefined,
      );
      onLoad({ filter: /./, namespace }, () => ({ contents }));
    },
  };
}

const standIns = [
  // commander loads it for subcommands that are programs of their own. Ours has none, and with it come the network and a
  // fifth of the time that `--help` takes.
  standIn(
    'child_process',
    'commander',
    "export default { get spawn() { return process.getBuiltinModule('node:child_process').spawn } }",
  ),
  // src/http/wire.ts keeps to HTTP/1.1: undici does without it as in a Node that was built without it.
  standIn('http2', 'undici', "throw new Error('left out')"),
];

/** Names stay whole, so that the stack of a bug report can be read. */
export const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22.19',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'external',
  metafile: true,
  logLevel: 'warning',
  plugins: standIns,
};

/** For npm, our own code only: the program and the library share their chunks. What they import is installed beside it, so that `npm audit` and `npm update` mean something. */
export async function bundlePackage(
  entries: Readonly<Record<string, string>>,
  folder: string,
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    ...shared,
    entryPoints: { ...entries },
    outdir: folder,
    format: 'esm',
    // Without chunks, the packages of every lazily imported command would be loaded at start-up.
    splitting: true,
    packages: 'external',
  });
}

/** For the single file: everything in one CommonJS script, the only kind that a single executable can hold. */
export async function bundleEverything(
  entry: string,
  file: string,
  external: readonly string[] = [],
): Promise<Metafile> {
  const { metafile } = await build({
    ...shared,
    external: [...external],
    entryPoints: [entry],
    outfile: file,
    format: 'cjs',
    legalComments: 'external',
    define: {
      'import.meta.url': 'importMetaUrl',
      'import.meta.filename': '__filename',
      'import.meta.dirname': '__dirname',
    },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  if (metafile === undefined) throw new Error('esbuild returned no metafile');
  return metafile;
}

/** What runs first and loads the chunks: in the single file, or whatever `entry` is for. */
export async function bundleStart(file: string, entry = 'src/single-file/start.ts'): Promise<void> {
  await build({
    ...shared,
    sourcemap: false,
    entryPoints: [entry],
    outfile: file,
    format: 'cjs',
  });
}
