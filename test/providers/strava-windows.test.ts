import { expect, onTestFinished, test } from 'vitest';
import { startStrava } from '../../src/sandbox/strava.ts';
import { Subject } from '../support/subject.ts';

const MINUTE = 60_000;

async function rider(startsAt: string) {
  const one = await Subject.start({
    id: 'strava',
    start: ({ now }) => startStrava({ now, days: 3 }),
    startsAt: Date.parse(startsAt),
  });
  onTestFinished(() => one.end());
  const run = async (at: string) => {
    one.time.now = Date.parse(at);
    const before = one.service.requests.length;
    const { code, stderr } = await one.sync();
    return { code, stderr, sent: one.service.requests.length - before };
  };
  return { one, run };
}

test('C3 C4 a quarter that is used up ends on the quarter hour, not a quarter of an hour later', async () => {
  const { one, run } = await rider('2026-03-12T08:11:00Z');
  one.service.spend(200);
  const refused = await run('2026-03-12T08:12:00Z');
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('2026-03-12T08:15:0')]);
  expect(await run('2026-03-12T08:13:50Z')).toMatchObject({ code: 4, sent: 0 });
  expect((await run('2026-03-12T08:15:10Z')).code).toBe(0);
});

test('C3 C4 a day that is used up ends at midnight UTC, wherever the person lives and however many quarters pass', async () => {
  const { one, run } = await rider('2026-03-12T21:50:00Z');
  one.service.spend(2_000);
  one.time.now += 20 * MINUTE;
  const refused = await run('2026-03-12T22:10:00Z');
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('2026-03-13T00:00:0')]);
  // The next quarter, Berlin's midnight, the last minute but one: a wait of less is sat out.
  for (const at of ['2026-03-12T22:16:00Z', '2026-03-12T23:00:30Z', '2026-03-12T23:58:50Z'])
    expect([at, await run(at)]).toEqual([at, expect.objectContaining({ code: 4, sent: 0 })]);
  expect((await run('2026-03-13T00:00:10Z')).code).toBe(0);
});
