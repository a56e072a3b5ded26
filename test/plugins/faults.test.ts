import { describe, expect, test } from 'vitest';
import { guardedSignIn, signInFault } from '../../src/plugins/signIn.ts';
import { toolkit } from '../../src/plugins/toolkit.ts';
import type { Desk } from '../cli/support.ts';
import { CLOCK, deskWith, stepsService, walks } from './support.ts';

/** Two resources, one of which breaks as told; the other one has to be read all the same. */
function plugin(broken: string, own = ''): string {
  return `export default ({ z, item, fields, values, snapshot, since, windows, byToken, apiKey }) => {
    const id = fields.required(fields.text('id'));
    const list = ({ http }) => byToken(
      (cursor) => http.page('/v1/walks', { from: '2026-01-01', to: '2026-12-31', cursor }, 'walks'),
      (page) => page.envelope.next,
    );
    const sound = { title: 'Walks', cursor: snapshot(), ...item({ id }), pages: list, change: ({ id }) => ({ row: { id } }) };
    return {
      id: 'odd', title: 'Odd', marker: 'Odd', environment: {}, concurrency: 2,
      config: z.strictObject({ key: values.secret(), base_url: values.baseUrl() }),
      enabled: () => true, startDate: () => '2026-01-01', baseUrl: (own) => own.base_url,
      auth: ({ key }) => apiKey({ header: 'x-steps-key', key, configKey: 'key', setup: 'Ask' }),
      resources: [{ ...sound, name: 'sound' }, { ...sound, name: 'broken', ${broken} }],
      ${own}
    };
  };`;
}

async function synced(
  broken: string,
  own = '',
  truth: { busy?: true } = {},
): Promise<{ desk: Desk; report: Awaited<ReturnType<Desk['json']>> }> {
  const service = await stepsService({ walks: walks(3), ...truth });
  const desk = deskWith(
    'odd',
    plugin(broken, own),
    'key = "invented-steps-key"',
    `base_url = "${service.url}"`,
  );
  return { desk, report: await desk.json(['sync'], { env: CLOCK }) };
}

test.each([
  ['pages throws', 'pages: () => { throw new TypeError("secret figure 71") }', 'pages (TypeError)'],
  ['pages is no series', 'pages: () => 3', 'pages (TypeError)'],
  [
    'pages breaks halfway',
    'pages: async function* (read) { yield* list(read); throw new Error("secret figure 71"); }',
    'pages (Error)',
  ],
  [
    'a page is no list',
    'pages: async function* () { yield { items: [] }; }',
    'pages: each page must be a list of items',
  ],
  [
    'an item is not as received',
    'pages: async function* () { yield [{ id: "a" }]; }',
    'pages: each page must be a list of items',
  ],
  ['change throws', 'change: () => { throw new Error("secret figure 71") }', 'change (Error)'],
  ['change answers nothing', 'change: () => undefined', 'change: the answer is not as it has to be'],
  ['an id is a number', 'change: () => ({ row: { id: 71 } })', 'change: row.id is not as it has to be'],
  [
    'a day is none',
    'change: ({ id }) => ({ row: { id, day: "71" } })',
    'change: row.day is not as it has to be',
  ],
  [
    'a session without an end',
    'change: ({ id }) => ({ row: { id }, session: { kind: "walk", type: null, day: "2026-03-01", start: "2026-03-01T10:00:00Z", asleepSeconds: null, efficiency: null } })',
    'change: session.end is not as it has to be',
  ],
  [
    'change answers later, with a failure',
    'change: async () => { throw new Error("secret figure 71") }',
    'change: it must answer at once, not with a promise',
  ],
  [
    'the text of an item is no JSON',
    'pages: async function* () { yield [{ text: "secret figure 71", value: { id: "a" } }]; }',
    "pages: each item's text must be JSON, and its value what that says",
  ],
  [
    'the text of an item says something else than its value',
    `pages: async function* () { yield [{ text: '{"id":"b"}', value: { id: "a" } }]; }`,
    "pages: each item's text must be JSON, and its value what that says",
  ],
  [
    'pages are promised together',
    'pages: async () => { throw new Error("secret figure 71") }',
    'pages: it must answer pages, not a promise of them',
  ],
  [
    'the record that it shares a day with cannot be told',
    'after: ["sound"], dayOf: { resource: "sound", id: () => { throw new TypeError("secret figure 71") } }',
    'dayOf.id (TypeError)',
  ],
  [
    'the record that it shares a day with is a number',
    'after: ["sound"], dayOf: { resource: "sound", id: () => 71 }',
    'dayOf.id: it must answer text',
  ],
  [
    'a schema of one’s own answers nothing',
    'schema: { safeParse: () => undefined }',
    'schema: safeParse must answer as zod does',
  ],
  [
    'a refinement throws',
    'schema: z.any().refine(() => { throw new Error("secret figure 71") })',
    'schema (Error)',
  ],
  [
    'the mark is no instant',
    'cursor: since(), pages: async function* (read) { read.mark("71"); }',
    'pages: mark() needs an instant',
  ],
  [
    'the total is no number',
    'pages: async function* (read) { read.total("71"); }',
    'pages: total() needs a whole number',
  ],
  [
    'looks at a resource that may not be read yet',
    'pages: async function* (read) { read.stored("sound"); }',
    'pages: stored("sound") is only for a resource that it names in after',
  ],
])('%s: that resource ends with CONTRACT, and the other one is stored', async (_, broken, where) => {
  const { report } = await synced(broken);
  expect(report.code).toBe(5);
  const [sound, other] = report.sources;
  expect(sound).toMatchObject({ source: 'odd.sound', outcome: 'OK', created: 3 });
  expect(other).toMatchObject({ source: 'odd.broken', outcome: 'CONTRACT' });
  expect(other.message).toContain(`odd.broken: the plugin "odd" failed in ${where}`);
  expect(JSON.stringify(report)).not.toContain('71"');
  expect(report.stderr).not.toContain('secret figure');
  expect(report.stderr).not.toContain('fault of the program');
});

test('what the plugin threw is shown with --debug', async () => {
  const { desk } = await synced('change: () => { throw new Error("thrown on purpose") }');
  const { stderr } = await desk.run(['sync', '--debug'], { env: CLOCK });
  expect(stderr).toContain('thrown on purpose');
  expect(stderr).toContain('odd.mjs');
});

test('a failure of the service is told as ever, not as the plugin’s', async () => {
  const { report } = await synced(
    `pages: ({ http }) => byToken(() => http.page('/nowhere', {}, 'walks'), () => null)`,
  );
  expect(report.sources[1]).toMatchObject({
    outcome: 'CONTRACT',
    message: expect.stringContaining('answered 404'),
  });
});

test.each([
  ['unexplained: () => NaN', 'unexplained: it must answer milliseconds'],
  ['unexplained: () => undefined', 'unexplained: it must answer milliseconds'],
  [
    'unexplained: 1000, told: () => "soon"',
    'told: it must answer an instant in UTC epoch milliseconds, or undefined',
  ],
])('limits that answer nonsense (%s) are the plugin’s fault, not the database’s', async (limits, where) => {
  const { report } = await synced('', `limits: () => ({ ${limits} })`, { busy: true });
  expect(report.code).toBe(8);
  expect(report.sources).toHaveLength(2);
  for (const one of report.sources)
    expect(one).toMatchObject({
      outcome: 'CONTRACT',
      message: `odd: the plugin "odd" failed in ${where}`,
    });
});

describe('the sign-in', () => {
  const GUARD = { plugin: 'odd', source: 'odd', of: 'work' } as const;
  const app = { clientId: 'app', clientSecret: 'invented' };
  const world = { id: 'one', authorizeUrl: '', tokenUrl: '', revokeUrl: undefined, scopePrefix: '' };
  const endpoint = { now: 0, world, post: () => Promise.reject(new Error('asked for nothing')) };
  const granted = { accessToken: 'a', refreshToken: null, userId: null };
  const guarded = (dialect: object) => {
    const oauth = toolkit.oauth2({
      clientId: 'app',
      clientSecret: 'invented',
      redirectUri: 'http://localhost/callback',
      scopes: [],
      worlds: [world],
      seed: { accessToken: undefined, refreshToken: undefined },
      setup: 'Ask for one',
      dialect,
    });
    expect(signInFault(oauth)).toBeUndefined();
    return (guardedSignIn(GUARD, oauth) as typeof oauth).dialect ?? {};
  };

  test.each([
    [{ reply: () => ({ status: '200', text: '' }) }, 'reply: it must answer a status and a text'],
    [{ reply: async () => Promise.reject(new Error('later')) }, 'reply: it must answer at once'],
    [{ form: () => undefined }, 'form: it must answer an object of texts'],
    [{ form: async () => ({ code: 3 }) }, 'form: it must answer an object of texts'],
    [{ revocation: async () => ({ method: 'GET', url: '' }) }, 'revocation: it must answer a request'],
    [{ revocation: () => Promise.reject(new TypeError('no')) }, 'revocation (TypeError)'],
  ])('%j that answers amiss is the plugin’s fault', async (dialect, where) => {
    const { form, reply, revocation } = guarded(dialect);
    const ask = async () => {
      reply?.({ status: 200, text: '{}' });
      await form?.({ grant_type: 'refresh_token' }, app, endpoint);
      await revocation?.(granted, app, endpoint);
    };
    await expect(ask()).rejects.toThrow(`odd: the plugin "odd" failed in ${where}`);
  });

  test('answers as they should be pass unchanged', async () => {
    const request = { method: 'DELETE', url: 'https://odd.example/x' } as const;
    const dialect = guarded({
      reply: (reply: object) => reply,
      form: async (grant: object) => ({ ...grant, more: 'x' }),
      revocation: async () => request,
    });
    expect(dialect.reply?.({ status: 200, text: '{}' })).toEqual({ status: 200, text: '{}' });
    expect(await dialect.form?.({ a: 'b' }, app, endpoint)).toEqual({ a: 'b', more: 'x' });
    expect(await dialect.revocation?.(granted, app, endpoint)).toBe(request);
  });
});

test('G4 what a plugin leaves running does not keep the process: the run is over when its work is', async () => {
  const service = await stepsService({ walks: walks(3) });
  const lingering = `setInterval(() => {}, 1_000);\n${plugin('')}`;
  const desk = deskWith('odd', lingering, 'key = "invented-steps-key"', `base_url = "${service.url}"`);
  const { code, sources } = await desk.json(['sync'], { env: CLOCK });
  expect([code, sources.map(({ created }: { created: number }) => created)]).toEqual([0, [3, 3]]);
});
