import { describe, expect, test } from 'vitest';
import { withings } from '../../src/providers/withings.ts';
import { answer } from '../../src/sandbox/faults.ts';
import { startWithings, type WithingsSandbox } from '../../src/sandbox/withings.ts';
import { testProvider } from '../support/testProvider.ts';
import { everything, PAGES, published } from './withings-support.ts';

const first = (service: WithingsSandbox, name: string) => service.truth.entries(name)[0]?.[0] as string;
const newest = (service: WithingsSandbox, name: string) => service.truth.entries(name).at(-1)?.[0] as string;

/** Withings' way to refuse: HTTP says 200. */
const refuse = (status: number) => (service: WithingsSandbox) =>
  service.faults.add({ path: /./ }, answer(200, { status, body: {}, error: 'no' }), 9_999);

testProvider<WithingsSandbox>({
  provider: withings,
  start: ({ now }) => startWithings({ now, pageSize: PAGES }),
  everything,
  secondRun: (requests) => {
    const forms = requests.map(({ body }) => new URLSearchParams(body));
    const by = (action: string) => forms.filter((form) => form.get('action') === action);
    for (const action of ['getmeas', 'getactivity', 'getworkouts', 'getsummary']) {
      expect(by(action)).toHaveLength(1);
      expect(Number(by(action)[0]?.get('lastupdate'))).toBeGreaterThan(1_700_000_000);
    }
    expect(by('list').every((form) => Number(form.get('startdate')) > 1_770_000_000)).toBe(true);
  },
  edit: (service) => {
    const id = newest(service, 'workouts');
    service.truth.patch('workouts', id, { category: 551 });
    return { resource: 'workouts', id, shows: '551' };
  },
  late: (service) => {
    const like = service.truth.get('sleep_summary', first(service, 'sleep_summary'));
    service.truth.put('sleep_summary', '99', { ...like, id: 99, date: '2026-02-12', modified: undefined });
    service.truth.patch('sleep_summary', '99', { completed: true });
    return { resource: 'sleep_summary', id: '99' };
  },
  remove: (service) => {
    const id = newest(service, 'sleep_summary');
    service.truth.remove('sleep_summary', id);
    return { resource: 'sleep_summary', id };
  },
  paged: { resource: 'measures', path: /^\/measure$/, body: /action=getmeas/ },
  unknownField: (service, field, value) => {
    const id = first(service, 'heart');
    service.truth.patch('heart', id, { [field]: value });
    return { resource: 'heart', id };
  },
  broken: { resource: 'activity', path: /^\/v2\/measure$/, body: /action=getactivity/ },
  tokenPath: /^\/v2\/oauth2$/,
  limit: {
    refuse: (service) => service.limit(0),
    allow: (service) => service.limit('off'),
    closedFor: 120_000,
  },
  errors: [
    {
      name: 'access that was taken away',
      make: (service) => service.revoke(),
      exit: 3,
      says: /does not accept this sign-in any more/,
    },
    {
      name: 'a call that the app may not make',
      make: refuse(2555),
      exit: 3,
      says: /Withings does not allow this app to read it.*status 2555/,
    },
    {
      name: 'a parameter that is not valid',
      make: refuse(293),
      exit: 8,
      says: /Withings does not accept a parameter.*status 293/,
    },
    {
      name: 'an account in another state',
      make: refuse(524),
      exit: 8,
      says: /not in a state in which this can be read/,
    },
  ],
  document: published(),
});

describe('what Withings means by the status in a reply', () => {
  const plain = (text: string) => withings.plainReply?.({ status: 200, headers: {}, text }).status;
  test.each([
    [200, [0]],
    [401, [100, 101, 102, 200, 401]],
    [403, [214, 277, 2553, 2555]],
    [429, [601]],
    [400, [201, 213, 216, 220, 223, 293, 323, 353, 400, 501, 503, 511, 532, 3019]],
    [503, [522, 215, 219, 1051, 2556, 5000, 9000, 424_242, -1]],
    [409, [524]],
    [410, [2554]],
  ])('is HTTP’s %i', (http, numbers) => {
    for (const status of numbers) expect([status, plain(`{"status":${status}}`)]).toEqual([status, http]);
  });

  test('is left alone where there is none, and a text that is no JSON is a matter for later', () => {
    expect(plain('{"surprise":[]}')).toBe(200);
    expect(plain('{"status":"ok"}')).toBe(200);
    expect(plain('<html>busy</html>')).toBe(503);
    const failing = { status: 500, headers: {}, text: 'oops' };
    expect(withings.plainReply?.(failing)).toBe(failing);
  });

  test('has a sentence of its own for every family, with the number and nothing of Withings’ own words', () => {
    const sentences = [100, 214, 601, 201, 522, 524, 2554, 1051].map((status) =>
      withings.explain?.({ status: 400, headers: {}, text: `{"status":${status},"error":"token abc"}` }),
    );
    expect(new Set(sentences).size).toBe(sentences.length);
    expect(sentences.filter((one) => one === undefined || one.includes('abc'))).toEqual([]);
    expect(withings.explain?.({ status: 404, headers: {}, text: '<html>' })).toBeUndefined();
  });
});
