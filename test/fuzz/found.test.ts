/** What the fuzzing found once, in the smallest form: each was a crash, a deletion, a listing without end or a bad word. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { providers } from '../../src/providers/index.ts';
import type { Change } from './replies/damage.ts';
import { type PushCase, writes } from './replies/destination.ts';
import type { Way } from './replies/recording.ts';
import { type Replies, type ReplyCase, replies } from './replies/source.ts';

const usual: Omit<ReplyCase, 'what' | 'damage'> = {
  at: 0,
  reach: 'one',
  elsewhere: 'unavailable',
  renews: false,
  wasMissing: true,
  stranger: false,
  after: true,
  socket: false,
};
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
/** The first of what matches becomes something else; it has to be there. */
const put =
  (what: RegExp, by: string): Change =>
  (honest) => {
    expect(honest.text).toMatch(what);
    return { ...honest, text: honest.text.replace(what, by) };
  };

type Found = [
  name: string,
  provider: string,
  resource: string,
  way: Way,
  change: Change,
  more?: Partial<ReplyCase>,
];

const odd = (count: string) => put(/"page_count":\d+/, `"page_count":${count}`);

describe('a reply', () => {
  const subjects = new Map<string, Promise<Replies>>();
  const subject = (id: string) => {
    const provider = providers.find((one) => one.id === id);
    if (provider === undefined) throw new Error(`there is no ${id}`);
    const known = subjects.get(id) ?? replies(provider);
    subjects.set(id, known);
    return known;
  };
  afterAll(async () => {
    for (const one of subjects.values()) await (await one).end?.();
  });

  test.each<Found>([
    [
      'C9 a number of pages that is no number',
      'hevy',
      'routines',
      'plain',
      odd('{"toString":1,"valueOf":null}'),
    ],
    ['D5 a number of pages that is a text ends no listing', 'hevy', 'routines', 'plain', odd('"0000-01-01"')],
    ['D5 nor does one that is left out', 'hevy', 'routines', 'plain', odd('null')],
    ['D7 the same page for ever', 'hevy', 'body_measurements', 'plain', odd('4294967296'), { reach: 'all' }],
    ['D7 the same events for ever', 'hevy', 'workouts', 'plain', odd('4294967296'), { reach: 'all' }],
    [
      'C9 an item nested deeper than SQLite reads leaves the view to the others',
      'withings',
      'activity',
      'full',
      put(/"steps":\d+/, `"steps":1,"more":${nested(1_100)}`),
    ],
    [
      'C9 a stage that is a text leaves the view of nights to the others',
      'eightsleep',
      'intervals',
      'plain',
      (honest) =>
        put(
          /"stages":\[/,
          '"stages":["awake",',
        )({ ...honest, text: honest.text.replaceAll('stageSummary', 'old') }),
    ],
    [
      'C9 a set that is a text leaves the view of sets to the others',
      'hevy',
      'workouts',
      'full',
      put(/"sets":\[/, '"sets":["ten",'),
      { at: 1 },
    ],
    [
      'C9 exercises that are a text leave the view of sets to the others',
      'hevy',
      'workouts',
      'full',
      put(/"exercises":\[/, '"exercises":["press",'),
      { at: 1 },
    ],
    [
      'C16 an offset that no clock has is set aside',
      'whoop',
      'sleep',
      'plain',
      put(/"timezone_offset":"[^"]*"/, '"timezone_offset":"+91:00"'),
    ],
    [
      'C11 a session of the type __proto__',
      'oura',
      'session',
      'plain',
      put(/"type":"[^"]*"/, '"type":"__proto__"'),
    ],
    [
      'C7 a zero byte behind a list',
      'clockify',
      'users',
      'plain',
      (honest) => ({ ...honest, text: `${honest.text.replace('"id":"6', '"id":"7')}\0` }),
      { at: 1 },
    ],
  ])('%s', async (_name, provider, resource, way, damage, more = {}) => {
    const one = await subject(provider);
    await one.check({ ...usual, ...one.place(resource, way), damage, ...more });
  });
});

describe('a reply to a push', () => {
  let subject: Awaited<ReturnType<typeof writes>>;
  beforeAll(async () => {
    subject = await writes();
  });
  afterAll(() => subject.end?.());

  const setting = (name: string, value: string) => put(new RegExp(`"${name}":[^,}]+`), `"${name}":${value}`);

  test.each<[string, number, Change]>([
    [
      'C9 settings nested without end are not remembered',
      1,
      put(/"lockTimeZone":null/, `"lockTimeZone":null,"x":${nested(6_000)}`),
    ],
    ['C9 a lock older than any calendar', 1, setting('olderThanValue', '1e9')],
    [
      'C9 a lock of more months than any calendar has',
      1,
      put(/"olderThanPeriod":"DAYS","olderThanValue":400/, '"olderThanPeriod":"MONTHS","olderThanValue":4e8'),
    ],
    [
      'C13 a workspace whose id is no text for a terminal',
      1,
      put(/"id":"[^"]*"/, String.raw`"id":"a\u0000\u001b[31m"`),
    ],
    [
      'C13 two workspaces of which one has an odd name',
      1,
      put(/^\[(.*)\]$/s, String.raw`[$1,{"id":"a","name":"b\u001b[31m","workspaceSettings":{}}]`),
    ],
  ])('%s', async (_name, at, damage) => {
    const one: PushCase = { at, reach: 'one', damage, isDone: true, forgets: true };
    await subject.check(one);
  });
});
