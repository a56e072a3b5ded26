/** One process of many that sign in with the same password: prints the access token it would use, or the outcome. */

import { keeperFor } from '../../src/auth/keeper.ts';
import { systemClock } from '../../src/core/clock.ts';
import { ProgramError } from '../../src/core/errors.ts';
import { Wire } from '../../src/http/wire.ts';
import { openDatabase } from '../../src/store/database.ts';
import { Facts } from '../../src/store/facts.ts';
import { TokenStore } from '../../src/store/tokens.ts';
import { RateWindows } from '../../src/store/windows.ts';

const [database = '', grant = ''] = process.argv.slice(2);
const wire = new Wire({ deadline: 20_000, connections: 1 });
const db = openDatabase(database);
const keeper = keeperFor(JSON.parse(grant), {
  providerId: 'somewhere',
  account: 'default',
  store: new TokenStore(db, 'somewhere', 'me'),
  lockPath: `${database}.token-lock`,
  memory: { windows: new RateWindows(db), facts: new Facts(db) },
  wire,
  clock: systemClock,
});

async function main(): Promise<void> {
  try {
    const { authorization } = await keeper.headers();
    process.stdout.write(authorization ?? '');
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    process.stdout.write(error.outcome);
  }
  await wire.close();
}

void main();
