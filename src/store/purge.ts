import { failpoint } from '../core/failpoint.ts';
import type { Db } from './database.ts';
import { isBusy } from './lock.ts';

/** What belongs to one account at one provider. */
export interface Part {
  readonly provider: string;
  readonly account: string;
}

export interface PartHeld extends Part {
  /** Tombstones and what was set aside included. */
  readonly records: number;
  /** Rows of the ledger: entries there are not touched. */
  readonly entries: number;
  readonly signedIn: boolean;
}

/** Everybody's parts, in order. A destination has one too: what it answered stands in the ledger. */
export function partsHeld(db: Db): PartHeld[] {
  return db
    .prepare<[], Omit<PartHeld, 'signedIn'> & { signedIn: number }>(
      `WITH parts AS (
         SELECT provider, account FROM sync_state UNION SELECT provider, account FROM oauth_tokens
         UNION SELECT provider, account FROM entries UNION SELECT destination, account FROM entries)
       SELECT p.provider, p.account,
         (SELECT count(*) FROM items JOIN sync_state s USING (stream)
           WHERE s.provider = p.provider AND s.account = p.account)
         + (SELECT count(*) FROM rejects JOIN sync_state s USING (stream)
           WHERE s.provider = p.provider AND s.account = p.account) AS records,
         (SELECT count(*) FROM entries e WHERE e.account = p.account
           AND (e.provider = p.provider OR e.destination = p.provider)) AS entries,
         EXISTS (SELECT 1 FROM oauth_tokens t WHERE t.provider = p.provider AND t.account = p.account
           AND (t.access_token IS NOT NULL OR t.reply IS NOT NULL)) AS signedIn
       FROM parts p ORDER BY p.provider, p.account`,
    )
    .all()
    .map((part) => ({ ...part, signedIn: part.signedIn === 1 }));
}

/** How many rows of the ledger belong to any of the parts. */
export function entriesOf(db: Db, parts: readonly Part[]): number {
  const select = `SELECT count(*) FROM entries e WHERE EXISTS (SELECT 1 FROM json_each(?) p
    WHERE e.account = p.value ->> 'account' AND p.value ->> 'provider' IN (e.provider, e.destination))`;
  return db.prepare<[string], number>(select).pluck().get(JSON.stringify(parts)) as number;
}

/** Removes the parts from every table in one transaction. Their bytes are overwritten by SQLite, and see `erase`. */
export function removeParts(db: Db, parts: readonly Part[]): void {
  db.transaction(() => {
    for (const part of parts) removePart(db, part);
    for (const table of tablesOfStreams(db))
      db.exec(`DELETE FROM "${table}" WHERE stream NOT IN (SELECT stream FROM sync_state)`);
    for (const { provider } of parts) if (!isHeld(db, provider)) forgetWindows(db, provider);
    if (isEmpty(db))
      db.exec(
        'DELETE FROM facts; DELETE FROM rate_spent; DELETE FROM rate_closed; DELETE FROM sync_runs WHERE run < (SELECT max(run) FROM sync_runs)',
      );
  }).immediate();
  failpoint('purge.deleted');
}

function removePart(db: Db, { provider, account }: Part): void {
  const own = [provider, account];
  db.prepare('DELETE FROM sync_state WHERE provider = ? AND account = ?').run(own);
  db.prepare('DELETE FROM oauth_tokens WHERE provider = ? AND account = ?').run(own);
  db.prepare('DELETE FROM entries WHERE ? IN (provider, destination) AND account = ?').run(own);
  // See auth/loginNotes.ts and core/sync/stranger.ts; a destination remembers by key, under its name and a colon.
  db.prepare('DELETE FROM facts WHERE scope IN (?, ?) OR substr(scope, 1, ?) = ?').run(
    `${provider} sign-in as ${account}`,
    `person/${provider}/${account}`,
    provider.length + 1,
    `${provider}:`,
  );
}

/** Whatever a later schema adds: what belongs to a resource says so by its stream. */
function tablesOfStreams(db: Db): string[] {
  const select = `SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'stream'
    WHERE m.type = 'table' AND m.name <> 'sync_state'`;
  return db.prepare<[], string>(select).pluck().all();
}

function isHeld(db: Db, provider: string): boolean {
  const select = `SELECT 1 FROM (SELECT provider AS name FROM sync_state UNION SELECT provider FROM oauth_tokens
    UNION SELECT destination FROM entries) WHERE name = ?`;
  return db.prepare<[string], 1>(select).get(provider) !== undefined;
}

/** Windows are the service's, over all accounts: the last one takes them along. */
function forgetWindows(db: Db, provider: string): void {
  for (const table of ['rate_spent', 'rate_closed'])
    db.prepare(`DELETE FROM ${table} WHERE scope IN (?, ?)`).run(provider, `${provider} sign-in`);
}

function isEmpty(db: Db): boolean {
  const select = 'SELECT 1 FROM sync_state UNION SELECT 1 FROM oauth_tokens UNION SELECT 1 FROM entries';
  return db.prepare(select).get() === undefined;
}

/**
 * Writes the file anew and empties the journal, so that no deleted byte is in either. False: another program is
 * reading what was there before, so that the files still hold it; erasing again later removes it.
 */
export function erase(db: Db): boolean {
  try {
    db.exec('VACUUM');
    failpoint('purge.rebuilt');
    return db.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}
