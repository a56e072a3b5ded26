import { expect, test } from 'vitest';
import { answer } from '../../src/sandbox/faults.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { DAY, HOUR } from '../support/subject.ts';
import { asked, askedFor, person } from './withings-support.ts';

const BOTH = { extras: ['sleep_series', 'intraday'], resources: ['activity', 'sleep_summary'] };

test('what fills days by the minute is read only by a person who asks for it', async () => {
  const one = await person({ days: 4 });
  await one.sync();
  expect([askedFor(one, 'get'), askedFor(one, 'getintradayactivity')]).toEqual([[], []]);
});

test('every minute is there once, in a record for each day with the reply’s own text', async () => {
  const one = await person({ days: 12 }, BOTH);
  expect((await one.sync()).code).toBe(0);
  const { truth } = one.service;
  const minutes = one.rows<Document>('SELECT * FROM withings_intraday ORDER BY time');
  expect(minutes.map(({ time }) => Date.parse(String(time)) / 1000)).toEqual(
    truth.entries('intraday').map(([at]) => Number(at)),
  );
  const segments = one.rows<Document>('SELECT * FROM withings_sleep_series ORDER BY startdate');
  expect(segments.map(({ startdate }) => startdate)).toEqual(
    truth.list('sleep_series').map(({ startdate }) => startdate),
  );
  const [day] = one.live('intraday');
  const replies = one.service.requests.map(({ reply }) => reply);
  expect(replies.filter((reply) => reply.includes(one.payload('intraday', day ?? '') ?? '?'))).toHaveLength(
    1,
  );
});

test('a night is in the record of its morning, whole', async () => {
  const one = await person({ days: 12 }, BOTH);
  await one.sync();
  const cut = one.rows(
    `SELECT s.record_id FROM withings_sleep_series d JOIN withings_sleep_summary s
       ON d.startdate >= s.startdate AND d.enddate <= s.enddate WHERE d.day <> s.date`,
  );
  const whole = one.rows('SELECT day FROM withings_sleep_series GROUP BY day');
  expect([cut, whole.length]).toEqual([[], one.live('sleep_series').length]);
  expect(whole.length).toBeGreaterThan(5);
});

test('no call spans more than 24 hours, on the longest day of the year either', async () => {
  // The clocks of Berlin go back on 2026-10-25.
  const one = await person({ days: 5 }, BOTH);
  one.time.now = Date.parse('2026-10-28T12:00:00Z');
  const first = { ...(one.service.truth.list('activity')[0] as Document), date: '2026-10-24' };
  const night = { ...(one.service.truth.list('sleep_summary')[0] as Document), date: '2026-10-24' };
  one.service.truth.replaceAll('activity', [['2026-10-24', first]]);
  one.service.truth.replaceAll('sleep_summary', [['1', night]]);
  const last = Date.parse('2026-10-25T22:30:00Z') / 1000;
  one.service.truth.replaceAll('intraday', [[String(last), { heart_rate: 61 }]]);
  one.configure();
  expect((await one.sync()).code).toBe(0);
  expect(one.live('intraday')).toEqual(['2026-10-25+24h']);
  expect(one.rows('SELECT day, heart_rate FROM withings_intraday')).toEqual([
    { day: '2026-10-25', heart_rate: 61 },
  ]);
  const spans = asked(one)
    .filter(({ action }) => action === 'get' || action === 'getintradayactivity')
    .map(({ startdate, enddate }) => Number(enddate) - Number(startdate));
  expect(spans.length).toBeGreaterThan(6);
  expect(spans.filter((span) => span >= 86_400 || span < 3599)).toEqual([]);
});

test.each(['array', 'object'] as const)(
  'a day without anything, told as an empty %s, leaves no record',
  async (emptyIntraday) => {
    const one = await person({ days: 6, emptyIntraday }, BOTH);
    one.service.truth.replaceAll('intraday', []);
    const { code, totals } = await one.sync();
    expect([code, totals.records.rejected, one.live('intraday')]).toEqual([0, 0, []]);
  },
);

test('a series of another shape is set aside, not stored', async () => {
  const one = await person({ days: 2 }, BOTH);
  const odd = { status: 0, body: { series: [1, 2] } };
  one.service.faults.add({ path: /measure$/, body: /getintraday/ }, answer(200, odd), 99);
  const { code } = await one.sync();
  expect([code, one.live('intraday')]).toEqual([5, []]);
});

test('a later run reads the last days alone, and a night that was scored anew replaces the old one', async () => {
  const one = await person({ days: 12 }, BOTH);
  await one.fill();
  const segment = one.service.truth.list('sleep_series').at(-1) as Document;
  const id = String(segment.startdate);
  one.service.truth.remove('sleep_series', id);
  one.service.truth.put('sleep_series', `${Number(id) + 60}`, { ...segment, startdate: Number(id) + 60 });
  one.service.requests.length = 0;
  one.time.now += HOUR;
  await one.sync();
  const days = askedFor(one, 'get').map(({ startdate }) => Number(startdate) * 1000);
  expect(Math.min(...days)).toBeGreaterThan(one.time.now - 3 * DAY);
  const starts = one
    .rows<Document>('SELECT startdate FROM withings_sleep_series')
    .map((row) => row.startdate);
  expect(starts).toContain(Number(id) + 60);
  expect(starts).not.toContain(Number(id));
});
