import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Desk } from '../cli/support.ts';
import { deskWith } from './support.ts';

/** A plugin that is fine, with changes to its description and its only resource. */
function plugin(description = '', resource = '', id = 'odd'): string {
  return `export default ({ z, item, fields, snapshot, since, windows, each, apiKey }) => ({
    id: '${id}', title: 'Odd', marker: 'Odd', config: z.strictObject({}), environment: {}, concurrency: 1,
    enabled: (own) => own.enabled, startDate: () => '2020-01-01', baseUrl: () => 'https://odd.example',
    auth: () => apiKey({ header: 'x-key', key: 'k', configKey: 'key', setup: 'Ask for one' }),
    resources: [{
      name: 'things', title: 'Things', cursor: snapshot(), ...item({ id: fields.required(fields.text('id')) }),
      pages: async function* () {}, change: ({ id }) => ({ row: { id } }), ${resource} }],
    ${description} });`;
}

async function refusal(desk: Desk) {
  const { code, stdout, stderr } = await desk.run(['status']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).not.toMatch(/\n\s+at /);
  return stderr;
}

test('a plugin that is fine is not refused', async () => {
  expect(await deskWith('odd', plugin()).run(['status'])).toMatchObject({ code: 0, stderr: '' });
});

describe('a plugin that cannot be used: exit code 2, a sentence of its own and the way to go on without it', () => {
  test.each<[string, string | undefined, string]>([
    ['there is no file', undefined, 'odd.mjs cannot be read: no such file or directory'],
    ['no JavaScript', 'export default (', 'cannot be loaded: SyntaxError'],
    ['never answers', 'export default () => new Promise(() => {})', 'it did not answer within 5 s'],
    ['is never loaded to its end', 'await new Promise(() => {})', 'it did not answer within 5 s'],
    [
      'throws while loading',
      'throw new TypeError("broken at once")',
      'cannot be loaded: TypeError: broken at once',
    ],
    ['imports what is missing', 'import "./nowhere.mjs"', 'cannot be loaded: Error: Cannot find module'],
    ['no default export', 'export const odd = 1', 'has no function as its default export'],
    [
      'the default export is no function',
      'export default { id: "odd" }',
      'has no function as its default export',
    ],
    [
      'the function throws',
      'export default () => { throw new RangeError("no") }',
      'default export failed: RangeError: no',
    ],
    [
      'the function rejects',
      'export default async () => { throw null }',
      'it threw something that is no error',
    ],
    ['returns nothing', 'export default () => undefined', 'is no provider: it must be an object'],
    ['another id', plugin('', '', 'even'), 'it calls itself "even", not "odd"'],
    ['no title', plugin('title: ""'), 'title must be text on one line, not empty'],
    ['no resources', plugin('resources: []'), 'resources must be a list with something in it'],
    ['config is no schema', plugin('config: {}'), 'config must be a z.strictObject'],
    ['auth is no function', plugin('auth: {}'), 'auth must be a function'],
    ['too many at once', plugin('concurrency: 400'), 'concurrency must be a whole number from 1 to 16'],
    ['person is unknown', plugin('person: "me"'), 'person names "me", which is no resource'],
    ['a name for no view', plugin('', 'name: "Big Things"'), 'resources[0].name must be lower-case letters'],
    [
      'an unknown cursor',
      plugin('', 'cursor: { kind: "rows" }'),
      '"things": cursor must be made by one of snapshot, since',
    ],
    [
      'a cursor without slices',
      plugin('', 'cursor: windows({ firstOfDay: 1, firstOfWeek: 1, probe: true })'),
      'cursor.sliceDays must be a whole number',
    ],
    ['no pages', plugin('', 'pages: undefined'), '"things": pages must be a function'],
    ['no schema', plugin('', 'schema: undefined'), 'resources[0].schema must be a zod schema'],
    [
      'a document for each, without documents',
      plugin('', 'cursor: each("things")'),
      'document must be a function, since its cursor is "each"',
    ],
    [
      'each of what it does not come after',
      plugin('', 'cursor: each("x"), document: () => "/", pages: undefined'),
      'after must name "x" as well',
    ],
    [
      'comes after nothing',
      plugin('', 'after: ["more"]'),
      '"things" comes after "more", which is no resource',
    ],
    ['waits for itself', plugin('', 'startsWith: "things"'), 'these resources wait for each other: things'],
    [
      'a column twice',
      plugin('', 'columns: [{ name: "a", path: "$.a", about: "" }, { name: "A", path: "$.b", about: "" }]'),
      'two columns are named "a"',
    ],
    [
      'a column of every view',
      plugin('', 'columns: [{ name: "account", path: "$.a", about: "" }]'),
      'two columns are named "account"',
    ],
    [
      'an unknown shared view',
      plugin('', 'common: [{ view: "moods", columns: {} }]'),
      'common.view must be one of sleep_sessions',
    ],
    [
      'a record whose day is another one’s, not named by a function',
      plugin('', 'dayOf: { resource: "nights", id: "night" }, after: ["nights"]'),
      '"things": dayOf.id must be a function',
    ],
    [
      'a day of what it does not come after',
      plugin('', 'dayOf: { resource: "nights", id: () => "a" }'),
      'after must name "nights" as well',
    ],
    [
      'an unfinished value at no path',
      plugin('', 'document: () => "/", unfinished: { path: "state", value: "open" }'),
      'unfinished.path must be a JSON path',
    ],
    ['a switch that is no name', plugin('switchKey: 3'), 'switchKey must be text, or left out'],
    ['pages that are no function', plugin('', 'pages: []'), 'pages must be a function, or left out'],
    ['a marker with a blank', plugin('marker: "My steps"'), 'marker must be one word of letters and digits'],
    [
      'a marker that ends the marker',
      plugin('marker: "Odd]"'),
      'marker must be one word of letters and digits',
    ],
    ['a marker like a source’s and an account’s', plugin('marker: "Odd@me"'), 'marker must be one word'],
    ['the marker of another source', plugin('marker: "oura"'), 'its marker "oura" is that of Oura'],
  ])('%s', async (_, code, sentence) => {
    const stderr = await refusal(deskWith('odd', code));
    expect(stderr).toContain('[plugins.odd]');
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('To go on without it, take [plugins.odd] out of the configuration.');
  });

  test('two resources with one name', async () => {
    const code = `${plugin().replace('export default', 'const make =')}
      export default (kit) => { const p = make(kit); return { ...p, resources: [p.resources[0], p.resources[0]] }; };`;
    expect(await refusal(deskWith('odd', code))).toContain('two resources are named "things"');
  });

  test.each([
    ['limits: () => 3', 'limits: it must be an object'],
    ['limits: () => ({ unexplained: NaN })', 'limits: unexplained must be milliseconds'],
    ['limits: () => ({ unexplained: -1 })', 'limits: unexplained must be milliseconds'],
    ['limits: () => ({ unexplained: 1, told: 3 })', 'limits: told must be a function'],
    ['limits: () => ({ unexplained: 1, perSecond: 0 })', 'limits: perSecond must be a number above 0'],
    [
      'limits: () => ({ unexplained: 1, windows: [{ requests: 9, seconds: 60, kept: NaN }] })',
      'limits: windows.kept must be a whole number from 0',
    ],
    [
      'enabled: async () => { throw new Error("later") }',
      'enabled: it must answer at once, not with a promise',
    ],
    [
      'auth: () => ({ kind: "oauth2", redirectUri: "", scopes: [], worlds: [{}], seed: {}, setup: "s", dialect: { reply: 3 } })',
      'auth: dialect.reply must be a function, or left out',
    ],
    [
      'auth: () => ({ kind: "password", tokenUrl: "", seed: {}, bodies: ["form"], backOff: 0, setup: "s", reply: 3 })',
      'auth: reply must be a function, or left out',
    ],
  ])('%s is refused before anything is read', async (description, sentence) => {
    expect(await refusal(deskWith('odd', plugin(description)))).toContain(`failed in ${sentence}`);
  });

  test('an answer about its settings that is none is the plugin’s, before anything is read', async () => {
    expect(await refusal(deskWith('odd', plugin('startDate: () => "yesterday"')))).toContain(
      'odd: the plugin "odd" failed in startDate: it must answer a date as YYYY-MM-DD',
    );
    expect(await refusal(deskWith('odd', plugin('auth: () => ({ kind: "magic" })')))).toContain(
      'failed in auth: it must be made by one of apiKey, oauth2, password',
    );
    expect(await refusal(deskWith('odd', plugin('baseUrl: (own) => own.a.b')))).toContain(
      'the plugin "odd" failed in baseUrl (TypeError)',
    );
  });
});

test.each([
  [
    'columns: [{ name: "a", path: "$.a", about: "", sql: "nonsense(" }]',
    'a view with SQL of a plugin (odd) cannot be made',
  ],
  [
    'common: [{ view: "workouts", columns: { distance_m: "no_such_column" } }]',
    'the view "workouts" with SQL of a plugin (odd)',
  ],
])(
  'SQL that SQLite does not understand is refused when the database is opened: %s',
  async (resource, sentence) => {
    const { code, stderr } = await deskWith('odd', plugin('', resource)).run(['init-db']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(sentence) });
  },
);

describe('the name of a plugin', () => {
  test.each(['oura', 'clockify', 'app', 'plugins'])('cannot be "%s", which is built in', async (id) => {
    expect(await refusal(deskWith(id, plugin('', '', id)))).toContain(`"${id}" is built in`);
  });

  test.each(['Odd', 'odd_one', '1odd', 'a-b', '"x.y"'])('cannot be %s', async (id) => {
    const desk = new Desk(`[plugins.${id}]\nmodule = "./x.mjs"\n`);
    expect(await refusal(desk)).toContain("a plugin's name must be 1 to 32 lower-case letters and digits");
  });

  test('stands for one plugin only', async () => {
    expect(await refusal(deskWith('odd', plugin(), '[plugins.odd]', 'module = "./b.mjs"'))).toMatch(/line 5/);
    expect(await refusal(deskWith('odd', plugin(), '["plugins.odd"]', 'module = "./b.mjs"'))).toContain(
      'plugins must hold a section for each plugin',
    );
  });
});

describe('which code is run', () => {
  const marks = 'import { writeFileSync } from "node:fs"; writeFileSync("was-run", "");';

  test.each([
    ['plugins = 3', 'plugins must hold a section for each plugin'],
    ['[plugins]\nodd = "./odd.mjs"', 'plugins must hold a section for each plugin'],
    ['[plugins.odd]\nenabled = true', "module must name the plugin's file or package, but is not set"],
    ['[plugins.odd]\nmodule = 3', "module must name the plugin's file or package, but is no such text"],
    ['[plugins.odd]\nmodule = "no-such-package"', 'there is no package "no-such-package"'],
    ['[plugins.odd]\nmodule = "."', '[plugins.odd] module'],
  ])('%j is refused', async (config, sentence) => {
    expect(await refusal(new Desk(`${config}\n`))).toContain(sentence);
  });

  test('only what the file names: neither a variable nor a file that lies around is enough', async () => {
    const desk = new Desk('[app]\ntimezone = "UTC"\n');
    for (const name of ['odd.mjs', 'plugins.mjs', 'index.js']) writeFileSync(join(desk.folder, name), marks);
    const plain = await desk.run(['providers', '--help']);
    expect(plain.code).toBe(0);
    const set = await desk.run(['status'], { env: { HEALTH_SYNC_PLUGINS_ODD_MODULE: './odd.mjs' } });
    expect(set.code).toBe(2);
    expect(set.stderr).toContain('HEALTH_SYNC_PLUGINS_ODD_MODULE is not a setting');
    const named = deskWith('odd', plugin());
    const moved = await named.run(['status'], { env: { HEALTH_SYNC_PLUGINS_ODD_MODULE: './other.mjs' } });
    expect(moved.stderr).toContain('HEALTH_SYNC_PLUGINS_ODD_MODULE is not a setting');
  });

  test('a package is looked for from the configuration’s folder, one for `import` alone too', async () => {
    const desk = new Desk('[plugins.odd]\nmodule = "health-sync-odd"\n');
    const folder = join(desk.folder, 'node_modules/health-sync-odd');
    mkdirSync(join(folder, 'lib'), { recursive: true });
    writeFileSync(join(folder, 'lib/main.js'), plugin());
    const describe = (exports: unknown) =>
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports }));
    for (const exports of [
      './lib/main.js',
      { '.': { import: './lib/main.js' } },
      { import: './lib/main.js' },
    ]) {
      describe(exports);
      expect(await desk.run(['status'])).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test.skipIf(process.platform === 'win32')('nothing that others may write', async () => {
    const desk = deskWith('odd', marks);
    const file = join(desk.folder, 'odd.mjs');
    chmodSync(file, 0o666);
    const open = await refusal(desk);
    expect(open).toContain(`others may write ${file} (mode 666)`);
    expect(open).toContain(`Run: chmod go-w '${file}'`);
    chmodSync(file, 0o600);
    chmodSync(desk.folder, 0o777);
    expect(await refusal(desk)).toContain(`others may write ${desk.folder} (mode 777)`);
    chmodSync(desk.folder, 0o700);
    chmodSync(desk.configFile, 0o660);
    expect(await refusal(desk)).toContain(`others may write ${desk.configFile} (mode 660)`);
  });

  test.skipIf(process.platform === 'win32')('a link is as good as what it leads to', async () => {
    const desk = deskWith('odd', undefined);
    const elsewhere = new Desk();
    const target = join(elsewhere.folder, 'real.mjs');
    writeFileSync(target, plugin(), { mode: 0o666 });
    chmodSync(target, 0o666);
    symlinkSync(target, join(desk.folder, 'odd.mjs'));
    expect(await refusal(desk)).toContain(`others may write ${target}`);
    chmodSync(target, 0o644);
    expect(await desk.run(['status'])).toMatchObject({ code: 0 });
  });
});
