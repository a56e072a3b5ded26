import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readStored } from '../../src/auth/storedPair.ts';
import { sha256 } from '../../src/core/digest.ts';
import { StoreError } from '../../src/core/errors.ts';
import { dice } from '../../src/sandbox/dice.ts';
import { rewrite } from '../../src/sandbox/faults.ts';
import { asStoreError, openDatabase } from '../../src/store/database.ts';
import { TokenStore } from '../../src/store/tokens.ts';
import { folder } from '../store/support.ts';
import { startTokenEndpoint } from '../support/tokenEndpoint.ts';
import { type Account, account, HOUR } from './support.ts';

let me: Account;
beforeEach(() => {
  me = account();
});
afterEach(() => me.close());

const TOKEN = { method: 'POST', path: /token$/ };
const TOKENS = { anna: 'access-of-anna', ben: 'access-of-ben' };

/** A database with the pairs of two people, closed and whole in one file. */
function household(): string {
  const path = join(folder(), 'health.sqlite');
  const db = openDatabase(path);
  for (const [name, accessToken] of Object.entries(TOKENS))
    new TokenStore(db, 'somewhere', name).save({
      accessToken,
      refreshToken: `refresh-of-${name}`,
      expiresAt: 1_800_000_000_000,
      scope: null,
      world: null,
      userId: name,
      obtainedAt: 1_700_000_000_000,
    });
  db.close();
  return path;
}

describe('A16 damaged credentials', () => {
  /** What the two pairs are read as: their texts, or that the store is at fault. */
  function readBoth(path: string): string[] {
    let db: ReturnType<typeof openDatabase>;
    try {
      db = openDatabase(path);
    } catch (error) {
      expect(error).toBeInstanceOf(StoreError);
      return ['STORE', 'STORE'];
    }
    try {
      return Object.keys(TOKENS).map((name) => {
        try {
          return JSON.stringify(readStored(new TokenStore(db, 'somewhere', name), 'somewhere')?.token);
        } catch (error) {
          expect(asStoreError(error, path)).toBeInstanceOf(StoreError);
          return 'STORE';
        }
      });
    } finally {
      db.close();
    }
  }

  test('1,000 times cut off or with a bit turned: read as they are, or refused, and never written over', () => {
    const whole = household();
    const sound = readFileSync(whole);
    const copy = join(folder(), 'copy.sqlite');
    const { whole: draw } = dice('damage', 1);
    let refused = 0;
    for (let trial = 0; trial < 1_000; trial += 1) {
      copyFileSync(whole, copy);
      if (trial % 2 === 0) truncateSync(copy, draw(1, sound.length - 1));
      else {
        const bytes = Buffer.from(sound);
        const at = draw(0, sound.length - 1);
        bytes[at] = (bytes[at] as number) ^ (1 << draw(0, 7));
        writeFileSync(copy, bytes);
      }
      const before = readFileSync(copy);
      const pairs = readBoth(copy);
      if (!pairs.includes('STORE')) continue;
      refused += 1;
      // Whatever was refused is there as it was, for a person to look at or a backup to be put over.
      expect(readFileSync(copy).equals(before), `trial ${trial}`).toBe(true);
    }
    expect(refused).toBeGreaterThan(400);
  });

  test.each([
    ['the access token', "access_token = 'two words'"],
    ['the refresh token', "refresh_token = cast(x'00ff' AS TEXT)"],
    ['the end', "expires_at = 'soon'"],
    ['the end beyond all time', 'expires_at = 1e300'],
  ])('%s of one account alone: STORE there, the other one is read as ever', (_name, damage) => {
    const path = household();
    const db = openDatabase(path);
    db.exec(`UPDATE oauth_tokens SET ${damage} WHERE account = 'anna'`);
    db.close();
    const before = readFileSync(path);
    const [anna, ben] = readBoth(path);
    expect([anna, JSON.parse(ben ?? '').accessToken]).toEqual(['STORE', TOKENS.ben]);
    expect(readFileSync(path)).toEqual(before);
  });
});

describe('A19 the disk fills up while a pair is renewed', () => {
  test.each([
    ['while the access token still works', 30_000],
    ['after it has run out', -1],
  ])('%s: said aloud, the old pair intact, and renewed once there is room', async (_name, lifetime) => {
    const service = await startTokenEndpoint({ grace: 1 });
    try {
      const issued = { ...service.issue(), world: 'new', expiresAt: me.clock.now() + lifetime };
      me.save(issued);
      // Long enough to need pages that are not there.
      service.server.faults.add(
        TOKEN,
        rewrite((text) => text.replace('{', `{"note":"${'x'.repeat(100_000)}",`)),
      );
      me.db.pragma(`max_page_count = ${me.db.pragma('page_count', { simple: true })}`);
      const failure = await me
        .keeper(service.oauth())
        .headers()
        .catch((error: unknown) => asStoreError(error, me.path));
      expect(failure).toMatchObject({
        outcome: 'STORE',
        message: expect.stringContaining('the disk is full'),
      });
      const record = me.store.read();
      expect(record?.token).toMatchObject({
        accessToken: issued.accessToken,
        refreshToken: issued.refreshToken,
      });
      expect([record?.sentDigest, record?.sends]).toEqual([sha256(issued.refreshToken), 1]);
      me.db.pragma('max_page_count = 1000000');
      me.clock.advance(HOUR);
      expect(await me.keeper(service.oauth()).headers()).toEqual({ authorization: 'Bearer access-3' });
    } finally {
      await service.close();
    }
  });
});
