import { failpoint } from '../core/failpoint.ts';
import type { Db } from './database.ts';

/** Under this scope a copy remembers what is no secret about its sign-ins. */
const SCOPE = 'sign-ins of the original';

/**
 * Empties the sign-ins of a copy: a refresh token works once, and one that comes back with a restored copy would be
 * replayed. What stays is whose records these are and which configured pair was imported already, so that neither
 * two people are mixed nor an old pair is sent again. To be called on a copy alone.
 */
export function takeOutSignIns(db: Db, now: number): void {
  db.pragma('secure_delete = ON');
  db.transaction(() => {
    db.prepare(
      `INSERT OR REPLACE INTO facts
       SELECT ?, provider || '/' || account, json_object('provider', provider, 'account', account,
         'userId', iif(typeof(user_id) = 'text', user_id, NULL),
         'seedDigest', iif(typeof(seed_digest) = 'text', seed_digest, NULL)), ?
       FROM oauth_tokens WHERE user_id IS NOT NULL OR seed_digest IS NOT NULL`,
    ).run(SCOPE, now);
    db.exec('DELETE FROM oauth_tokens');
    // A password could be guessed from its digest.
    db.exec(`DELETE FROM facts WHERE json_valid(value) AND json_type(value, '$.digest') IS NOT NULL`);
    db.exec(`UPDATE facts SET value = json_set(value, '$.credentials', '')
      WHERE json_valid(value) AND json_type(value, '$.credentials') IS NOT NULL`);
  })();
}

/** The first opening of a restored copy: from here on it is as if its sign-ins had been signed out. */
export function restoreSignIns(db: Db): void {
  if (db.prepare('SELECT 1 FROM facts WHERE scope = ? LIMIT 1').get(SCOPE) === undefined) return;
  db.transaction(() => {
    db.prepare(
      `INSERT INTO oauth_tokens (provider, account, user_id, seed_digest)
       SELECT value ->> 'provider', value ->> 'account', value ->> 'userId', value ->> 'seedDigest'
       FROM facts WHERE scope = ? AND json_valid(value) ON CONFLICT DO NOTHING`,
    ).run(SCOPE);
    db.prepare('DELETE FROM facts WHERE scope = ?').run(SCOPE);
  }).immediate();
  failpoint('sign-ins.restored');
}
