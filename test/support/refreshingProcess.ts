/** One process of many with the same stored pair: prints the access token it would use. */

import { TokenKeeper } from '../../src/auth/tokens.ts';
import { systemClock } from '../../src/core/clock.ts';
import { Wire } from '../../src/http/wire.ts';
import { openDatabase } from '../../src/store/database.ts';
import { TokenStore } from '../../src/store/tokens.ts';

const [database = '', oauth = ''] = process.argv.slice(2);
const wire = new Wire({ deadline: 20_000, connections: 1 });
const keeper = new TokenKeeper({
  providerId: 'somewhere',
  oauth: JSON.parse(oauth),
  store: new TokenStore(openDatabase(database), 'somewhere', 'me'),
  lockPath: `${database}.token-lock`,
  wire,
  clock: systemClock,
});

async function main(): Promise<void> {
  const { authorization } = await keeper.headers();
  process.stdout.write(authorization ?? '');
  await wire.close();
}

void main();
