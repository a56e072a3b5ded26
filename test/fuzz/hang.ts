import { Finding } from './finding.ts';

/** Time of the processor (milliseconds): a case takes a few, and the machine may be busy with other things. */
const LONGEST = 2_000;
/** And by the clock on the wall, for one that only waits. */
const LONGEST_WAIT = 30_000;

/** Does it, and finds it too long when it was. */
export async function inTime(act: () => Promise<void> | void): Promise<void> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await act();
  const { user, system } = process.cpuUsage(before);
  const [spent, took] = [(user + system) / 1000, performance.now() - began];
  if (spent > LONGEST || took > LONGEST_WAIT)
    throw new Finding('hangs', `took ${Math.round(spent)} ms of the processor in ${Math.round(took)} ms`);
}
