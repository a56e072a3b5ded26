/**
 * Where a process can be told to die. `HEALTH_SYNC_FAILPOINT=<name>:<count>` makes it send itself SIGKILL the
 * count-th time it passes that name, so that tests can stop it exactly between two durable steps.
 */
const [wanted, count] = (process.env.HEALTH_SYNC_FAILPOINT ?? '').split(':');
let passed = 0;

export function failpoint(name: string): void {
  if (wanted !== name) return;
  passed += 1;
  if (passed >= Number(count ?? 1)) process.kill(process.pid, 'SIGKILL');
}
