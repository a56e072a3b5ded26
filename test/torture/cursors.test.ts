import { expect, onTestFinished, test } from 'vitest';
import { dice } from '../../src/sandbox/dice.ts';
import type { Imitation } from '../../src/sandbox/imitation.ts';
import { clockAt, startProgram } from '../support/program.ts';
import type { Subject } from '../support/subject.ts';
import { aDayLater, READERS, read, twins } from './cursors.ts';

const SYNC = ['sync', '--no-push'];
const SEED = 20_260_312;

/** The same whatever is read: commands.test.ts is killed there. */
const ELSEWHERE = ['database.connected', 'views.made', 'stream.attempts-noted', 'stream.outcome-noted'];

/** Dies when so many requests of it have arrived. False: it was done before. */
async function killedAtRequest(one: Subject<Imitation>, count: number): Promise<boolean> {
  const { child, finished } = startProgram(SYNC, { cwd: one.folder, env: clockAt(one.time.now) });
  child.stdin.end();
  const target = one.service.requests.length + count;
  const stop = setInterval(() => {
    if (one.service.requests.length >= target) child.kill('SIGKILL');
  }, 1);
  const { signal } = await finished;
  clearInterval(stop);
  return signal === 'SIGKILL';
}

test.each(Object.entries(READERS))(
  'D1 E1 %s: killed at each durable step and at random, nothing is lost and nothing twice',
  { timeout: 300_000 },
  async (_, reader) => {
    const { calm, killed } = await twins(reader);
    onTestFinished(() => Promise.all([calm.end(), killed.end()]).then(() => {}));
    const roll = dice(SEED, 'kills');
    let kills = 0;
    const before = new Set<string>();
    // The first run ever, the next day's, and one after a week, when complete listings are due.
    for (const days of [0, 1, 8]) {
      if (days > 0) aDayLater(reader, [calm, killed], days, SEED);
      const earlier = calm.service.requests.length;
      const { code, stderr } = await calm.run(SYNC, { HEALTH_SYNC_FAILPOINT: 'list' });
      expect(code, stderr).toBe(0);
      const requests = calm.service.requests.length - earlier;
      const steps = [...stderr.matchAll(/^failpoint (\S+)$/gm)].map(([, name = '']) => name);
      expect(steps).toContain('records.committed');
      // On later days only where a cursor moves: the rest was killed at on the first.
      const names = [...new Set(steps)].filter(
        (name) => !ELSEWHERE.includes(name) && (!before.has(name) || /^(records|stream)\./.test(name)),
      );
      for (const [index, name] of names.entries()) {
        before.add(name);
        const times = steps.filter((step) => step === name).length;
        // What was stored before a kill is not read again, so later passings come in earlier runs.
        const count = index % 2 === 0 ? 1 : Math.ceil(times / 3);
        const { signal } = await killed.run(SYNC, { HEALTH_SYNC_FAILPOINT: `${name}:${count}` });
        if (signal === 'SIGKILL') kills += 1;
      }
      for (let trial = 0; trial < 3; trial += 1)
        if (await killedAtRequest(killed, roll.whole(1, requests))) kills += 1;
      const last = await killed.run(SYNC);
      expect(last.code, last.stderr).toBe(0);
      expect(killed.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      expect(read(killed), `after ${days} days`).toEqual(read(calm));
    }
    const wanted = reader.truth(killed.service);
    for (const [resource, ids] of Object.entries(wanted))
      expect([resource, killed.live(resource)]).toEqual([resource, ids]);
    expect(kills).toBeGreaterThan(8);
  },
);
