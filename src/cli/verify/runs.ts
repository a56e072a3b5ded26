import { runHint } from '../../program.ts';
import type { Runs } from '../../store/runs.ts';
import { type Finding, ok, warning } from './finding.ts';

const AREA = 'runs';

/** How the last runs ended. `patience`: how long one may take (milliseconds). */
export function checkRuns(runs: Runs, now: number, patience: number): Finding[] {
  const sync = runs.last('sync');
  const none = sync === undefined ? [warning(AREA, 'no sync has run yet', runHint('sync'))] : [];
  const ended = ['sync', 'cleanup', 'purge'].flatMap((command) => {
    const run = runs.last(command);
    if (run === undefined) return [];
    const at = new Date(run.startedAt).toISOString();
    if (run.endedAt === null) {
      if (now - run.startedAt < patience) return [ok(AREA, `a ${command} is running since ${at}`)];
      return [warning(AREA, `the ${command} of ${at} did not end: it was killed`, next(command))];
    }
    if (run.outcome === 'OK') return [ok(AREA, `the last ${command} (${at}) ended well`)];
    return [warning(AREA, `the last ${command} (${at}) ended with ${run.outcome}`, next(command))];
  });
  return [...none, ...ended];
}

/** Which source it was about is not noted: that would be a trace of it. */
function next(command: string): string {
  if (command !== 'purge') return runHint(command);
  return 'Run the same purge again: until then bytes of what it removed may be left in the files.';
}
