import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheName } from '../src/single-file/chunks.ts';
import { bundleStart } from './bundle.ts';
import { bundleChunks } from './chunks.ts';

/** Node looks for this text in its own binary; see https://nodejs.org/api/single-executable-applications.html. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Puts the program, its compiled code and the SQLite addon into a copy of the Node that runs this script. */
export async function buildSingleFile(entry: string, file: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'oura-clockify-build-'));
  try {
    const blob = await sealBlob(entry, folder);
    rmSync(file, { force: true });
    copyFileSync(process.execPath, file);
    chmodSync(file, 0o755);
    if (process.platform === 'darwin') execFileSync('codesign', ['--remove-signature', file]);
    if (process.platform === 'linux') stripSymbols(file);
    inject(blob, file);
    // Injecting breaks the signature, and macOS on ARM runs nothing without one.
    if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What runs first and all assets in the form that Node reads at start-up. */
async function sealBlob(entry: string, folder: string): Promise<string> {
  const start = join(folder, 'start.cjs');
  await bundleStart(start);
  const chunks = await bundleChunks(entry, folder);
  execFileSync(process.execPath, ['scripts/codeCache.ts', folder], { stdio: 'inherit' });
  const pieces = chunks.flatMap((chunk) => [chunk, cacheName(chunk)]);
  const config = join(folder, 'sea.json');
  const output = join(folder, 'sea.blob');
  const settings = {
    // A bare name, because it is kept: stacks show it, and nobody needs to know where this was built.
    main: basename(start),
    output,
    disableExperimentalSEAWarning: true,
    assets: {
      ...Object.fromEntries(pieces.map((piece) => [piece, join(folder, piece)])),
      'better_sqlite3.node': prebuiltAddon(),
    },
  };
  writeFileSync(config, JSON.stringify(settings));
  execFileSync(process.execPath, ['--experimental-sea-config', config], {
    cwd: folder,
    stdio: 'pipe',
  });
  return output;
}

/** As a child, because postject warns about a dozen harmless section names; what it printed is shown only if it fails. */
function inject(blob: string, file: string): void {
  const segment = process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : [];
  const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [postject, file, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE, ...segment],
    { encoding: 'utf8' },
  );
  if (status !== 0)
    throw new Error(`postject could not inject the program into ${file}:\n${stdout}${stderr}`);
}

function prebuiltAddon(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json'));
  return join(folder, 'prebuilds', `${process.platform}${usesMusl() ? 'musl' : ''}-${process.arch}.node`);
}

function usesMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime === undefined;
}

/** Saves some 20 MB. Not every machine has `strip`, and what it makes has to start before it is trusted. */
function stripSymbols(file: string): void {
  const stripped = `${file}.stripped`;
  try {
    execFileSync('strip', ['-o', stripped, file], { stdio: 'ignore' });
    execFileSync(stripped, ['--version'], { stdio: 'ignore' });
    copyFileSync(stripped, file);
  } catch {
    process.stderr.write('Symbols are left in the single file: no working `strip` here.\n');
  } finally {
    rmSync(stripped, { force: true });
  }
}
