import { Finding } from './finding.ts';

/** Time of the processor (milliseconds): a case takes a few, and the machine may be busy with other things. */
const LONGEST = 2_000;
/** And by the clock on the wall, for one that only waits. */
const LONGEST_WAIT = 30_000;

/** Does it, and finds it too long when it was. A machine may stand still: what only waited is done again. */
export async function inTime(act: () => Promise<void> | void): Promise<void> {
  const waited = await measured(act);
  if (waited <= LONGEST_WAIT) return;
  const again = await measured(act);
  if (again > LONGEST_WAIT)
    throw new Finding('hangs', `took ${Math.round(waited)} ms, and again ${Math.round(again)} ms`);
}

/** How long it took by the clock on the wall. */
async function measured(act: () => Promise<void> | void): Promise<number> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await act();
  const { user, system } = process.cpuUsage(before);
  const spent = (user + system) / 1000;
  if (spent > LONGEST) throw new Finding('hangs', `took ${Math.round(spent)} ms of the processor`);
  return performance.now() - began;
}
