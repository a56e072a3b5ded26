import { writeSync } from 'node:fs';

/**
 * Where a process can be told to die. `HEALTH_SYNC_FAILPOINT=<name>:<count>` makes it send itself SIGKILL the
 * count-th time it passes that name, so that tests can stop it exactly between two durable steps. `list` makes it say
 * on stderr which it passes.
 */
const [wanted, count] = (process.env.HEALTH_SYNC_FAILPOINT ?? '').split(':');
let passed = 0;

export function failpoint(name: string): void {
  if (wanted === 'list') writeSync(2, `failpoint ${name}\n`);
  if (wanted !== name) return;
  passed += 1;
  if (passed >= Number(count ?? 1)) process.kill(process.pid, 'SIGKILL');
}
