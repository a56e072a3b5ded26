import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeeperOptions } from '../../src/auth/keeper.ts';
import { TokenKeeper } from '../../src/auth/tokens.ts';
import type { OAuth2 } from '../../src/core/provider.ts';
import { Wire } from '../../src/http/wire.ts';
import { openDatabase } from '../../src/store/database.ts';
import { type Token, TokenStore } from '../../src/store/tokens.ts';

export const HOUR = 3_600_000;

/** A clock that only moves when told to; its sleeps end when time has come that far. */
export function handClock(start = Date.parse('2026-08-09T10:00:00Z')) {
  let time = start;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => time,
    advance: (milliseconds: number) => {
      time += milliseconds;
      for (const sleeper of sleepers) {
        if (sleeper.until > time) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { until: time + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
  };
}

/** One account in a real database of its own. */
export function account() {
  const folder = mkdtempSync(join(tmpdir(), 'auth-'));
  const path = join(folder, 'health.sqlite');
  const db = openDatabase(path);
  const wire = new Wire({ deadline: 2_000, connections: 4 });
  const clock = handClock();
  const store = new TokenStore(db, 'somewhere', 'me');
  return {
    path,
    db,
    wire,
    clock,
    store,
    lockPath: `${path}.token-lock`,
    save: (token: Partial<Token>) => store.save({ ...emptyToken, obtainedAt: clock.now(), ...token }),
    keeper(oauth: OAuth2, changes: Partial<KeeperOptions> = {}) {
      const { lockPath } = this;
      return new TokenKeeper({ providerId: 'somewhere', oauth, store, lockPath, wire, clock, ...changes });
    },
    async close() {
      await wire.close();
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Account = ReturnType<typeof account>;

const emptyToken: Token = {
  accessToken: 'access-0',
  refreshToken: null,
  expiresAt: null,
  scope: null,
  world: null,
  userId: null,
  obtainedAt: 0,
};
