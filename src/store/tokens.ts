import type { Statement } from 'better-sqlite3';
import { failpoint } from '../core/failpoint.ts';
import { noteSecret } from '../core/secrecy.ts';
import type { Db } from './database.ts';

/** A refresh token works once; when the reply got lost, one more try finds out whether the service saw the first. */
export const MOST_SENDS = 2;

/** A pair as it was granted. Instants are UTC epoch milliseconds. */
export interface Token {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** null: the service did not say, or said something odd. */
  readonly expiresAt: number | null;
  /** Granted scopes, separated by spaces, as the service named them; null when it did not. */
  readonly scope: string | null;
  /** The id of the world (see OAuth2.worlds) that issued it. */
  readonly world: string | null;
  readonly userId: string | null;
  readonly obtainedAt: number;
}

/** Everything on disk about an account's tokens. */
export interface TokenRecord {
  readonly token: Token | undefined;
  /** The service's id of the person, also after a logout for as long as records are stored. */
  readonly userId: string | null;
  /** The refresh token before this pair's, while the service may still take it. */
  readonly previousRefreshToken: string | null;
  /** SHA-256 of the configured pair that was imported, so that it is not imported twice. */
  readonly seedDigest: string | null;
  /** SHA-256 of the refresh token that was last sent, and how often it was. */
  readonly sentDigest: string | null;
  readonly sends: number;
  readonly sentAt: number | null;
  /** The token endpoint's reply that is on disk but was not yet understood, and the world that gave it. */
  readonly reply: string | null;
  readonly replyWorld: string | null;
}

interface TokenRow {
  access_token: string | null;
  refresh_token: string | null;
  expires_at: number | null;
  scope: string | null;
  world: string | null;
  user_id: string | null;
  obtained_at: number | null;
  seed_digest: string | null;
  sent_digest: string | null;
  sends: number;
  sent_at: number | null;
  reply: string | null;
  reply_world: string | null;
  previous_refresh_token: string | null;
}

/** One account's tokens. Every write is durable when the method returns (synchronous FULL). */
export class TokenStore {
  readonly #db: Db;
  readonly #key: [provider: string, account: string];
  readonly #row: Statement<[string, string], TokenRow>;

  constructor(db: Db, provider: string, account: string) {
    this.#db = db;
    this.#key = [provider, account];
    // Read before each request.
    this.#row = db.prepare('SELECT * FROM oauth_tokens WHERE provider = ? AND account = ?');
  }

  read(): TokenRecord | undefined {
    const row = this.#row.get(...this.#key);
    if (row === undefined) return undefined;
    for (const secret of [row.access_token, row.refresh_token, row.previous_refresh_token])
      noteSecret(secret);
    return {
      token: tokenOf(row),
      userId: row.user_id,
      previousRefreshToken: row.previous_refresh_token,
      seedDigest: row.seed_digest,
      sentDigest: row.sent_digest,
      sends: row.sends,
      sentAt: row.sent_at,
      reply: row.reply,
      replyWorld: row.reply_world,
    };
  }

  /** "Refresh in flight": to be called right before the POST leaves. Counts how often this very token was sent. */
  noteSend(digest: string, now: number): number {
    const sends = this.#db
      .prepare<unknown[], number>(
        `UPDATE oauth_tokens
         SET sends = CASE WHEN sent_digest IS ? THEN sends + 1 ELSE 1 END, sent_digest = ?, sent_at = ?
         WHERE provider = ? AND account = ? RETURNING sends`,
      )
      .pluck()
      .get(digest, digest, now, ...this.#key);
    failpoint('token.send-noted');
    return sends ?? 0;
  }

  /** The send that was noted never left this machine: it does not count. */
  unnoteSend(): void {
    this.#db
      .prepare('UPDATE oauth_tokens SET sends = max(0, sends - 1) WHERE provider = ? AND account = ?')
      .run(...this.#key);
    failpoint('token.send-withdrawn');
  }

  /** Refused for good: used up on the books too, so that no later run sends it again. */
  noteDead(digest: string, now: number): void {
    this.#db
      .prepare(
        `UPDATE oauth_tokens SET sent_digest = ?, sends = ?, sent_at = ? WHERE provider = ? AND account = ?`,
      )
      .run(digest, MOST_SENDS, now, ...this.#key);
    failpoint('token.dead-noted');
  }

  /** The reply's bytes, before anybody looks at them. */
  noteReply(reply: string, world: string): void {
    this.#db
      .prepare(
        `INSERT INTO oauth_tokens (provider, account, reply, reply_world) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET reply = excluded.reply, reply_world = excluded.reply_world`,
      )
      .run(...this.#key, reply, world);
    failpoint('token.reply-durable');
  }

  /** The reply on disk is not to be used after all. */
  dropReply(): void {
    this.#db
      .prepare('UPDATE oauth_tokens SET reply = NULL, reply_world = NULL WHERE provider = ? AND account = ?')
      .run(...this.#key);
    failpoint('token.reply-dropped');
  }

  /**
   * Puts the pair in place of the old one; the reply and the note of a refresh in flight go with it. `seedDigest`: of
   * the configured pair that is imported. `previousRefreshToken`: what it was traded for, while that may still work.
   */
  save(token: Token, seedDigest?: string, previousRefreshToken?: string | null): void {
    for (const secret of [token.accessToken, token.refreshToken]) noteSecret(secret);
    this.#db
      .prepare(
        `INSERT INTO oauth_tokens (provider, account, access_token, refresh_token, expires_at, scope, world, user_id,
           obtained_at, seed_digest, previous_refresh_token)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET access_token = excluded.access_token, refresh_token = excluded.refresh_token,
           expires_at = excluded.expires_at, scope = excluded.scope, world = excluded.world,
           user_id = excluded.user_id, obtained_at = excluded.obtained_at,
           seed_digest = coalesce(excluded.seed_digest, seed_digest),
           previous_refresh_token = excluded.previous_refresh_token,
           sent_digest = NULL, sends = 0, sent_at = NULL, reply = NULL, reply_world = NULL`,
      )
      .run(
        ...this.#key,
        token.accessToken,
        token.refreshToken,
        token.expiresAt,
        token.scope,
        token.world,
        token.userId,
        token.obtainedAt,
        seedDigest ?? null,
        previousRefreshToken ?? null,
      );
    failpoint('token.saved');
  }

  /** The pair has worked, or the old refresh token has not. */
  forgetPrevious(accessToken: string): void {
    this.#db
      .prepare(
        `UPDATE oauth_tokens SET previous_refresh_token = NULL
         WHERE provider = ? AND account = ? AND access_token = ?`,
      )
      .run(...this.#key, accessToken);
    failpoint('token.previous-forgotten');
  }

  /** The pair's refresh token is worthless: the one before it takes its place. */
  fallBack(): void {
    this.#db
      .prepare(
        `UPDATE oauth_tokens SET refresh_token = previous_refresh_token, previous_refresh_token = NULL,
           sent_digest = NULL, sends = 0, sent_at = NULL
         WHERE provider = ? AND account = ? AND previous_refresh_token IS NOT NULL`,
      )
      .run(...this.#key);
    failpoint('token.fallen-back');
  }

  /**
   * Removes the pair, also from the WAL; what the file held is overwritten. The digest of an imported seed stays, and
   * whose the stored records are.
   * False: another program is reading, so that the files still hold the pair's bytes after the database's busy
   * timeout; forgetting again later removes them.
   */
  forget(): boolean {
    this.#db
      .prepare(
        `UPDATE oauth_tokens SET access_token = NULL, refresh_token = NULL, expires_at = NULL, scope = NULL,
           user_id = CASE WHEN EXISTS (
             SELECT 1 FROM items JOIN sync_state AS s USING (stream)
             WHERE s.provider = oauth_tokens.provider AND s.account = oauth_tokens.account
           ) THEN user_id END,
           obtained_at = NULL, sent_digest = NULL, sends = 0, sent_at = NULL, reply = NULL,
           previous_refresh_token = NULL
         WHERE provider = ? AND account = ?`,
      )
      .run(...this.#key);
    failpoint('token.forgotten');
    return this.#db.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;
  }
}

function tokenOf(row: TokenRow): Token | undefined {
  if (row.access_token === null) return undefined;
  return {
    accessToken: row.access_token,
    refreshToken: row.refresh_token,
    expiresAt: row.expires_at,
    scope: row.scope,
    world: row.world,
    userId: row.user_id,
    obtainedAt: row.obtained_at ?? 0,
  };
}
