import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/program.ts';
import { household } from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');

/** A project of its own with the package as npm would publish it; what that depends on is linked, so that no network is needed. */
function installed(): { project: string; packed: string[] } {
  const project = temporaryFolder();
  const pack = ['pack', '--json', '--pack-destination', project];
  const options = {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: 'pipe',
    shell: process.platform === 'win32',
  } as const;
  const printed = execFileSync(npm, pack, options);
  // npm prints what `prepack` says before the JSON.
  const [{ files, filename }] = JSON.parse(printed.slice(printed.search(/^\[/m)));
  execFileSync('tar', ['-xzf', filename], { cwd: project });
  mkdirSync(join(project, 'node_modules'));
  renameSync(join(project, 'package'), join(project, 'node_modules/oura-clockify'));
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies))
    symlinkSync(join(MODULES, name), join(project, 'node_modules', name));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  return { project, packed: files.map((file: { path: string }) => file.path) };
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

let project: string;
let packed: string[];
beforeAll(() => {
  ({ project, packed } = installed());
}, 120_000);

describe('the installed package', () => {
  test('K5 holds these files and nothing else', () => {
    const folded = packed.map((path) =>
      path
        .replace(/^dist\/package\/[\w-]+\.js$/, 'dist/package/*.js')
        .replace(/^dist\/package\/(?:[\w-]+\/)*[\w-]+\.d\.ts$/, 'dist/package/**/*.d.ts'),
    );
    for (const entry of ['main.js', 'index.js', 'index.d.ts'])
      expect(packed).toContain(`dist/package/${entry}`);
    expect([...new Set(folded)].sort()).toEqual([
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bin/load.js',
      'bin/oura-clockify.js',
      'bin/package.json',
      'dist/package/**/*.d.ts',
      'dist/package/*.js',
      'docs/library.md',
      'docs/plugins.md',
      'examples/plugin/health-sync.toml',
      'examples/plugin/steps.mjs',
      'health-sync.example.toml',
      'package.json',
    ]);
  });

  test('reads and pushes from a script of seven lines, without a word of its own', async () => {
    const home = await household();
    home.store.close();
    const settings = {
      oura: home.config,
      clockify: home.clockifyConfig,
      path: join(project, 'health.sqlite'),
    };
    writeFileSync(join(project, 'settings.json'), JSON.stringify(settings));
    writeFileSync(
      join(project, 'run.js'),
      `import { readFileSync } from 'node:fs';
      import { openStore, push, sync } from 'oura-clockify';
      const { oura, clockify, path } = JSON.parse(readFileSync('settings.json', 'utf8'));
      const store = openStore({ path });
      const range = { from: '2026-03-01', to: '2026-03-12' };
      const synced = await sync({ store, provider: 'oura', config: oura, resources: ['sleep'], range });
      const pushed = await push({ store, config: clockify, range });
      const nights = store.rows('oura_sleep', range).length;
      store.close();
      process.send({ error: String(synced.error ?? pushed.error), nights, entries: pushed.entries[0].counts });`,
    );
    const child = spawn(process.execPath, ['run.js'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    const said = new Promise((resolve) => child.once('message', resolve));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, printed }).toEqual({ code: 0, printed: '' });
    expect(await said).toMatchObject({ error: 'undefined', nights: 4, entries: { created: 4 } });
    expect(home.clockify.entries()).toHaveLength(4);
  });

  test('has types that hold for a plugin and for a script', () => {
    writeFileSync(
      join(project, 'good.ts'),
      `import { defineProvider, openStore, sync, toolkit, type ProviderFactory, type Synced } from 'oura-clockify';
      export default defineProvider<{ enabled: boolean; base_url: string; api_key?: string }>(
        ({ z, values, item, fields, resource, snapshot, single, apiKey }) => ({
          id: 'steps', title: 'Steps', marker: 'Steps', environment: {}, concurrency: 1,
          config: z.strictObject({ base_url: values.baseUrl(), api_key: values.secret().optional() }),
          enabled: (own) => own.enabled,
          baseUrl: (own) => own.base_url,
          startDate: () => '2020-01-01',
          auth: (own) => apiKey({ header: 'x-key', key: own.api_key, configKey: 'api_key', setup: 'Ask' }),
          resources: [resource({
            name: 'profile', title: 'Profile', cursor: snapshot(),
            ...item({ id: fields.required(fields.text('id')), height: fields.number('cm') }),
            pages: ({ http }) => single(() => http.document('/me')),
            change: ({ id, height }) => ({ row: { id: id.trim() + (height ?? 0).toFixed() } }),
          })],
        }),
      );
      export const other: ProviderFactory = async (kit) => kit.provider({} as never);
      export async function run(): Promise<Synced> {
        const store = openStore({ path: 'x' });
        const rows: { day: string }[] = store.rows<{ day: string }>('oura_sleep', { from: '2026-01-01' });
        const done = await sync({ store, provider: 'oura', config: {}, days: rows.length });
        for (const { outcome, counts, error } of done.resources) console.log(outcome, counts.created, error?.hint);
        return done;
      }
      export const today = toolkit.dates.dateAt(Date.now(), 'UTC').slice(0, 4);`,
    );
    writeFileSync(
      join(project, 'wrong.ts'),
      `import { sync, toolkit } from 'oura-clockify';
      export const a = sync({ provider: 'oura' });
      export const b = toolkit.windows({ sliceDays: 'many' });`,
    );
    const options = { strict: true, noEmit: true, module: 'nodenext', target: 'es2024', types: ['node'] };
    const typeRoots = [join(MODULES, '@types')];
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { ...options, typeRoots, skipLibCheck: false },
        files: ['good.ts', 'wrong.ts'],
      }),
    );
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    let said = '';
    try {
      execFileSync(process.execPath, [tsc], { cwd: project, encoding: 'utf8' });
    } catch (error) {
      said = (error as { stdout: string }).stdout;
    }
    const faults = [...said.matchAll(/^(\S+\.ts)\((\d+)/gm)].map(([, file, line]) => `${file}:${line}`);
    expect(faults, said).toEqual(['wrong.ts:2', 'wrong.ts:3']);
  });

  test('ships no types of what it does not offer', () => {
    const files = readdirSync(join(project, 'node_modules/oura-clockify/dist/package'), {
      recursive: true,
      encoding: 'utf8',
    }).filter((name) => name.endsWith('.d.ts'));
    expect(files).toContain('index.d.ts');
    expect(files.filter((name) => /^(cli|store|auth|sandbox|destinations)\b/.test(name))).toEqual([]);
    for (const name of files) {
      const text = readFileSync(join(project, 'node_modules/oura-clockify/dist/package', name), 'utf8');
      expect(text, name).not.toMatch(/from '[^']*\.ts'/);
    }
  });
});
