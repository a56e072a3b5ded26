import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { householdOf, nights } from '../support/household.ts';
import { fillUp, smallDisk, TAKES_ROOT } from '../support/smallDisk.ts';

test('E4 the disk fills up in the middle of a run: STORE with a next step, undamaged, and the next run completes', async ({
  skip,
}) => {
  const disk = smallDisk();
  if (disk === undefined) return skip(TAKES_ROOT);
  const file = join(disk, 'health.sqlite');
  const home = await householdOf(nights(300), { config: { app: `db = "${file}"` } });
  onTestFinished(() => home.end());
  expect((await home.run(['sync', '--no-push', '--days', '3'])).code).toBe(0);
  fillUp(disk, 160_000);
  home.forgetRequests();
  const { code, stderr } = await home.run(['sync', '--no-push']);
  expect(stderr).toContain(`${file}: the disk is full; what was stored before is intact (SQLITE_FULL)`);
  expect(stderr).toContain('Make room and run the command again.');
  expect([code, /\n\s+at /.test(stderr)]).toEqual([7, false]);
  expect(home.oura.requests.length).toBeGreaterThan(0);
  rmSync(join(disk, 'filler'));
  expect((await home.run(['sync', '--no-push'])).code).toBe(0);
  const db = new Database(file, { readonly: true });
  onTestFinished(() => void db.close());
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.prepare('SELECT count(*) FROM records').pluck().get()).toBe(300);
});
