import { expect, test } from 'vitest';
import type { Desk } from '../cli/support.ts';
import { CLOCK, deskWith, stepsService, walks } from './support.ts';

/** Two resources, one of which breaks as told; the other one has to be read all the same. */
function plugin(broken: string): string {
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
    };
  };`;
}

async function synced(broken: string): Promise<{ desk: Desk; report: Awaited<ReturnType<Desk['json']>> }> {
  const service = await stepsService({ walks: walks(3) });
  const desk = deskWith('odd', plugin(broken), 'key = "invented-steps-key"', `base_url = "${service.url}"`);
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
