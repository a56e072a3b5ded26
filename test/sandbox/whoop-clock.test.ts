import { describe, expect, it } from 'vitest';
import { all, clock, get, HOUR, NOON, sandbox } from './whoop-support.ts';

const NIGHT = Date.parse('2026-10-05T02:00:00Z');
const ZONE = { zone: 'UTC' };

const newest = async (whoop: Parameters<typeof get>[0], path: string) =>
  (await get(whoop, `${path}?limit=1`)).body.records[0];

describe('as the clock goes on', () => {
  it('a sleep shows without an end while it lasts, then ends, then is scored', async () => {
    const whoop = await sandbox(ZONE, NIGHT);
    const open = await newest(whoop, '/v2/activity/sleep');
    expect(open).toMatchObject({ score_state: 'PENDING_SCORE', nap: false });
    expect(open).not.toHaveProperty('end');
    const path = `/v2/activity/sleep/${open.id}`;
    clock.now = (await endOf(whoop, path, NIGHT)) + 1000;
    const ended = (await get(whoop, path)).body;
    expect(ended).toMatchObject({ score_state: 'PENDING_SCORE', created_at: open.created_at });
    expect(Date.parse(ended.updated_at)).toBeGreaterThan(Date.parse(open.updated_at));
    clock.now += 2 * HOUR;
    expect((await get(whoop, path)).body).toMatchObject({ score_state: 'SCORED', end: ended.end });
  });

  it('a sleep shows only once it has ended when told so', async () => {
    const whoop = await sandbox({ ...ZONE, sleepInProgress: 'absent' }, NIGHT);
    const before = await newest(whoop, '/v2/activity/sleep');
    expect(Date.parse(before.end)).toBeLessThan(NIGHT);
    clock.now = NOON;
    const after = await newest(whoop, '/v2/activity/sleep');
    expect(after.id).not.toBe(before.id);
    expect(Date.parse(after.created_at)).toBeGreaterThan(Date.parse(after.end));
  });

  it('recoveries and sleeps wait for their score as long as they are told to', async () => {
    const whoop = await sandbox({ ...ZONE, pendingHours: 30 });
    const recovery = await newest(whoop, '/v2/recovery');
    expect(recovery.score_state).toBe('PENDING_SCORE');
    expect(recovery).not.toHaveProperty('score');
    expect((await newest(whoop, '/v2/activity/sleep')).score_state).toBe('PENDING_SCORE');
    clock.now += 30 * HOUR;
    const scored = (await get(whoop, `/v2/cycle/${recovery.cycle_id}/recovery`)).body;
    expect(scored.score.recovery_score).toBeGreaterThan(0);
    expect(Date.parse(scored.updated_at)).toBe(Date.parse(recovery.created_at) + 30 * HOUR);
  });

  it('a record changed by hand is not scored by the clock any more', async () => {
    const whoop = await sandbox({ ...ZONE, pendingHours: 30 });
    const { cycle_id } = await newest(whoop, '/v2/recovery');
    whoop.truth.patch('recovery', String(cycle_id), { score_state: 'UNSCORABLE' });
    clock.now += 31 * HOUR;
    expect((await newest(whoop, '/v2/recovery')).score_state).toBe('UNSCORABLE');
  });

  it('the current cycle has no end and grows; the ones before have one and stay', async () => {
    const whoop = await sandbox(ZONE);
    const before = (await all(whoop, '/v2/cycle')).records;
    clock.now += 3 * HOUR;
    const after = (await all(whoop, '/v2/cycle')).records;
    expect(before[0]).not.toHaveProperty('end');
    expect(after[0]).not.toHaveProperty('end');
    const strain = ([cycle = {}]: typeof before) => (cycle.score as { strain: number }).strain;
    expect(strain(after)).toBeGreaterThan(strain(before));
    expect(String(after[0]?.updated_at) > String(before[0]?.updated_at)).toBe(true);
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(before.slice(1).map(({ end }) => end)).toEqual(before.slice(0, -1).map(({ start }) => start));
  });

  it('the current cycle stays as it is when told so', async () => {
    const whoop = await sandbox({ ...ZONE, growth: false });
    const before = await newest(whoop, '/v2/cycle');
    clock.now += 3 * HOUR;
    expect(await newest(whoop, '/v2/cycle')).toEqual(before);
  });
});

/** When the sleep has got its end: looked for minute by minute, since nobody says so beforehand. */
async function endOf(whoop: Parameters<typeof get>[0], path: string, from: number): Promise<number> {
  const id = path.split('/').at(-1) ?? '';
  for (clock.now = from; clock.now < from + 12 * HOUR; clock.now += 60_000) {
    if (whoop.truth.get('sleep', id)?.end !== undefined) return clock.now;
  }
  throw new Error('the sleep never ended');
}
