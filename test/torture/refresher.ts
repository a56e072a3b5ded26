/** One process of many with the same stored pair. For each order that it receives it answers with what it would send. */
import { TokenKeeper } from '../../src/auth/tokens.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { OAuth2 } from '../../src/core/provider.ts';
import { Wire } from '../../src/http/wire.ts';
import { openDatabase } from '../../src/store/database.ts';
import { TokenStore } from '../../src/store/tokens.ts';

export interface RefreshOrder {
  readonly database: string;
  readonly oauth: OAuth2;
  /** Milliseconds to wait before it begins, so that not all begin at once. */
  readonly pause: number;
}

const wire = new Wire({ deadline: 30_000, connections: 1 });

process.on('message', async ({ database, oauth, pause }: RefreshOrder) => {
  await systemClock.sleep(pause);
  const db = openDatabase(database);
  try {
    const keeper = new TokenKeeper({
      providerId: 'somewhere',
      oauth,
      store: new TokenStore(db, 'somewhere', 'me'),
      lockPath: `${database}.token-lock`,
      wire,
      clock: systemClock,
    });
    process.send?.((await keeper.headers()).authorization);
  } catch (error) {
    process.send?.(String(error));
  } finally {
    db.close();
  }
});
process.send?.('ready');
