import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const SPECIFIER = /((?:from|import\()\s*["'])(\.{1,2}\/[^"']+)\.ts(["'])/g;

/** The types of what the library exports, and of nothing else: the files that its own declarations lead to. */
export function writeDeclarations(entry: string, folder: string): void {
  const emitted = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    const root = dirname(resolve(entry));
    emit(resolve(entry), root, emitted);
    for (const file of reachable(
      join(emitted, `${relative(root, resolve(entry)).replace(/\.ts$/, '')}.d.ts`),
    )) {
      const target = join(folder, relative(emitted, file));
      mkdirSync(dirname(target), { recursive: true });
      // Declarations keep the names of the sources, which are not shipped.
      writeFileSync(target, readFileSync(file, 'utf8').replace(SPECIFIER, '$1$2.js$3'));
    }
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}

function emit(entry: string, root: string, folder: string): void {
  const settings = join(folder, 'tsconfig.json');
  const base = resolve('tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: folder,
    rootDir: root,
    typeRoots: [resolve('node_modules/@types')],
  };
  writeFileSync(settings, JSON.stringify({ extends: base, compilerOptions, include: [], files: [entry] }));
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  execFileSync(process.execPath, [tsc, '--project', settings], { stdio: 'inherit' });
}

function reachable(first: string): Set<string> {
  const files = new Set([first]);
  for (const file of files) {
    for (const [, , path] of readFileSync(file, 'utf8').matchAll(SPECIFIER))
      files.add(join(dirname(file), `${path}.d.ts`));
  }
  return files;
}
