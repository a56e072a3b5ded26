import { afterEach, expect, test } from 'vitest';
import { answer } from '../../src/sandbox/faults.ts';
import { type Household, householdOf, nights } from '../support/household.ts';

const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(count: number): Promise<Household> {
  const home = await householdOf(nights(count));
  homes.push(home);
  return home;
}

const puts = (home: Household) => home.clockify.requests.filter(({ method }) => method === 'PUT').length;

test('C3 a short Retry-After in the middle of the writes is waited out within the run', async () => {
  const home = await sleepers(3);
  home.clockify.faults.add(
    { method: 'POST', path: /time-entries$/ },
    answer(429, '', { 'retry-after': '1' }),
  );
  expect([(await home.sync()).code, home.clockify.entries().length]).toEqual([0, 3]);
});

test('an update that was declined is not sent again the next night', async () => {
  const home = await sleepers(3);
  await home.fill();
  home.oura.truth.rescore(`night-${nights(3)[0]?.day}`, { efficiency: 50 });
  home.clockify.faults.add(
    { method: 'PUT', path: /time-entries/ },
    answer(400, { message: 'no', code: 501 }),
  );
  expect([(await home.sync()).push.blocked, puts(home)]).toEqual([1, 1]);
  home.time.now += 86_400_000;
  expect([(await home.sync()).push.blocked, puts(home)]).toEqual([1, 1]);
});

test('F12 look-ups that used up the hour are not asked again: the work ends after a few hours', async () => {
  const home = await sleepers(12);
  await home.fill();
  for (const { id } of home.clockify.entries()) home.clockify.deleteEntry(id);
  const hourly = { HEALTH_SYNC_CLOCKIFY_REQUESTS_PER_HOUR: '8' };
  const codes: (number | null)[] = [];
  for (let hour = 0; hour < 6 && codes.at(-1) !== 0; hour += 1) {
    codes.push((await home.run(['sync', '--push-only', '--force'], hourly)).code);
    home.time.now += 3_700_000;
  }
  expect([codes.at(-1), home.clockify.entries().length]).toEqual([0, 12]);
});

test('F17 a restyle shows its plan first, also where nobody can be asked', async () => {
  const home = await sleepers(2);
  await home.fill();
  const { code, stderr } = await home.run(['sync', '--restyle'], {
    HEALTH_SYNC_CLOCKIFY_DESCRIPTION: 'Slept {duration}',
  });
  expect([code, stderr.match(/^update {2}.*Slept /gm)?.length]).toEqual([0, 2]);
});
