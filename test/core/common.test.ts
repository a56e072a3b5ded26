import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommonView, commonViews, numeric, payload } from '../../src/core/common.ts';
import { providers } from '../../src/providers/index.ts';
import { Store } from '../../src/store/store.ts';
import { sharedViews } from '../../src/store/views.ts';
import { temporaryFolder } from '../support/program.ts';

const DATA = readFileSync(join(import.meta.dirname, '../../docs/data.md'), 'utf8');
const names = Object.keys(commonViews) as CommonView[];

describe('the views over all sources', () => {
  test.each(names)('every column of %s is documented with its unit', (view) => {
    const [, section = ''] = DATA.split(`### ${view}\n`);
    const rows = (section.split('\n#')[0] ?? '').matchAll(/^\| `(\w+)` \| (.+) \|$/gm);
    const documented = Array.from(rows, ([, name, about]) => ({ name, about }));
    expect(documented).toEqual(commonViews[view].map(({ name, about }) => ({ name, about })));
  });

  test('a source adds only columns that the view has', () => {
    const odd = providers.flatMap(({ id, resources }) =>
      resources.flatMap(({ name, common = [] }) =>
        common.flatMap(({ view, columns }) =>
          Object.keys(columns)
            .filter((column) => commonViews[view].every((known) => known.name !== column))
            .map((column) => `${id}.${name} ${view}.${column}`),
        ),
      ),
    );
    expect(odd).toEqual([]);
  });
});

const NIGHT = {
  kind: 'sleep',
  type: 'night',
  day: '2024-01-15',
  start: '2024-01-14T23:30:00-03:30',
  end: '2024-01-15T07:00:00+01:00',
  asleepSeconds: 21_000,
  efficiency: 91,
};

function storeWith(views: Parameters<typeof sharedViews>[0]) {
  const store = new Store(join(temporaryFolder(), 'health.sqlite'), sharedViews(views));
  const put = (provider: string, resource: string, id: string, value: object, more: object = {}) =>
    store.records.apply(store.records.streams.number({ provider, account: 'me', resource }), {
      items: [{ text: JSON.stringify(value), change: { row: { id, day: '2024-01-15' }, ...more } }],
      rejects: [],
      now: Date.parse('2024-01-16T00:00:00Z'),
    });
  const all = (sql: string) => store.db.prepare(sql).all();
  return { put, all };
}

test('a session keeps the offset of each of its ends', () => {
  const { put, all } = storeWith([
    {
      provider: 'bed',
      resource: 'nights',
      rows: { view: 'sleep_sessions', columns: { score: payload('$.score') } },
    },
  ]);
  put('bed', 'nights', 'a', { score: 77 }, { session: NIGHT });
  put('bed', 'nights', 'no session', { score: 1 });
  expect(all('SELECT * FROM sleep_sessions')).toMatchObject([
    {
      source: 'bed',
      account: 'me',
      record_id: 'a',
      type: 'night',
      day: '2024-01-15',
      start_time: '2024-01-14T23:30:00-03:30',
      end_time: '2024-01-15T07:00:00+01:00',
      asleep_seconds: 21_000,
      in_bed_seconds: 10_800,
      efficiency_percent: 91,
      score: 77,
      rem_seconds: null,
    },
  ]);
});

test('a day is one row per source, whatever collections its figures lie in', () => {
  const { put, all } = storeWith([
    {
      provider: 'ring',
      resource: 'steps',
      rows: { view: 'daily_summary', columns: { steps: numeric('$.steps') } },
    },
    {
      provider: 'ring',
      resource: 'score',
      rows: { view: 'daily_summary', columns: { sleep_score: payload('$.score') } },
    },
    {
      provider: 'watch',
      resource: 'steps',
      rows: { view: 'daily_summary', columns: { steps: numeric('$.steps') } },
    },
  ]);
  put('ring', 'steps', 'a', { steps: 4000 });
  put('ring', 'score', 'a', { score: 80 });
  put('watch', 'steps', 'a', { steps: 'None' });
  expect(all('SELECT source, day, steps, sleep_score FROM daily_summary ORDER BY source')).toEqual([
    { source: 'ring', day: '2024-01-15', steps: 4000, sleep_score: 80 },
    { source: 'watch', day: '2024-01-15', steps: null, sleep_score: null },
  ]);
});

test('a view that no source adds to is there without a row', () => {
  const { all } = storeWith([]);
  expect(names.map((name) => all(`SELECT * FROM ${name}`))).toEqual(names.map(() => []));
});
