import { constants, Script } from 'node:vm';

/** The chunk that runs the program. */
export const MAIN = './main.js';

export function cacheName(chunk: string): string {
  return `${chunk}.cache`;
}

/** Compiled code fits only the very text that it was made from, so it is made here for the build and for every start. */
export function compiled(chunk: string, source: string, cachedData?: Buffer): Script {
  return new Script(`(function (${PARAMETERS}) {${source}\n})`, {
    // What stacks show.
    filename: chunk,
    ...(cachedData && { cachedData }),
    // A person's plugins are imported from the disk.
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

/** Of Node, when a plugin is imported. Under cron it would be a mail every night, about nothing that anybody can change. */
const EXPERIMENTAL = 'vm.USE_MAIN_CONTEXT_DEFAULT_LOADER';

function keepFromWarning(): void {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...more: never[]) => {
    if (!String(warning).startsWith(EXPERIMENTAL)) emitWarning.call(process, warning, ...more);
  };
}

/** `later` stands where a chunk imports another one when it is first needed: scripts/chunks.ts puts it there. */
const PARAMETERS = 'require, later, module, exports, __filename, __dirname, importMetaUrl';

/** Runs chunks, each once, and those that it asks for. `native`: what Node itself has. */
export function chunkLoader(
  script: (chunk: string) => Script,
  native: NodeJS.Require,
  place: { file: string; folder: string; url: string },
): (chunk: string) => unknown {
  keepFromWarning();
  const modules = new Map<string, { exports: object }>();
  const later = async (chunk: string) => load(chunk);
  const load = (chunk: string): unknown => {
    if (!chunk.startsWith('./')) return native(chunk);
    const known = modules.get(chunk);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(chunk, module);
    const run = script(chunk).runInThisContext();
    run(load, later, module, module.exports, place.file, place.folder, place.url);
    module.exports = settled(module.exports);
    return module.exports;
  };
  return load;
}

/**
 * The same exports as plain values. esbuild makes a getter of each, because a module might change what it exports; ours
 * do not, and going through them for every sample took a first sync a tenth longer.
 */
function settled(exports: object): object {
  const plain: Record<string, unknown> = {};
  for (const [name, described] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    const value = (exports as Record<string, unknown>)[name];
    if (value === undefined) Object.defineProperty(plain, name, described);
    else plain[name] = value;
  }
  return plain;
}
