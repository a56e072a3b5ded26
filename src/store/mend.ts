import { failpoint } from '../core/failpoint.ts';
import type { Db } from './database.ts';

/** What is written about others' content and no longer reads, or no longer fits it; one line for each source. */
export interface Unfit {
  readonly what: string;
  readonly count: number;
}

/** Per stream, for the report; `json_valid` is what the views need. */
const CHECKS: readonly (readonly [text: string, sql: string])[] = [
  [
    'records that cannot be read',
    `SELECT s.provider || '.' || s.resource AS source, count(*) AS count
     FROM items JOIN sync_state s USING (stream) WHERE NOT json_valid(payload) GROUP BY source`,
  ],
  [
    'sessions without a record',
    `SELECT coalesce(s.provider || '.' || s.resource, 'nothing') AS source, count(*) AS count
     FROM sessions x LEFT JOIN sync_state s USING (stream)
     WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.stream = x.stream AND i.id = x.id AND i.deleted_at IS NULL)
     GROUP BY source`,
  ],
  [
    'what was read so far cannot be read',
    `SELECT provider || '.' || resource AS source, count(*) AS count FROM sync_state
     WHERE NOT json_valid(state) GROUP BY source`,
  ],
  [
    'rows of the ledger of entries that cannot be read',
    `SELECT provider || '.' || resource AS source, count(*) AS count FROM entries WHERE ${badEntry()} GROUP BY source`,
  ],
  [
    'remembered answers that cannot be read',
    `SELECT scope AS source, count(*) AS count FROM facts WHERE NOT json_valid(value) GROUP BY source`,
  ],
  [
    'runs whose result cannot be read',
    `SELECT command AS source, count(*) AS count FROM sync_runs WHERE NOT json_valid(summary) GROUP BY source`,
  ],
];

function badEntry(): string {
  return "NOT (json_valid(session) AND json_valid(coalesce(fields, '{}')) AND json_valid(coalesce(sent, '{}')))";
}

/** What `mend` would take care of, besides counters. */
export function readUnfit(db: Db): Unfit[] {
  return CHECKS.flatMap(([text, sql]) =>
    db
      .prepare<[], { source: string; count: number }>(sql)
      .all()
      .map(({ source, count }) => ({ what: `${source}: ${text}`, count })),
  );
}

/**
 * Prepares for reading everything again, which makes good the rest: counters are counted, marks that cannot be read
 * are taken as never read, entries without a readable row are found again by their marker. Records stay, and are
 * replaced by what the service says.
 */
export function mend(db: Db): void {
  db.transaction(() => {
    db.exec(`
      UPDATE sync_state SET
        live_rows = (SELECT count(*) FROM items i WHERE i.stream = sync_state.stream AND i.deleted_at IS NULL),
        deleted_rows = (SELECT count(*) FROM items i WHERE i.stream = sync_state.stream AND i.deleted_at IS NOT NULL);
      UPDATE sync_state SET state = '{"covered":[],"reread":{}}' WHERE NOT json_valid(state);
      DELETE FROM sessions WHERE NOT EXISTS (
        SELECT 1 FROM items i WHERE i.stream = sessions.stream AND i.id = sessions.id AND i.deleted_at IS NULL);
      DELETE FROM entries WHERE ${badEntry()};
      DELETE FROM facts WHERE NOT json_valid(value);
      UPDATE sync_runs SET summary = NULL WHERE NOT json_valid(summary);`);
  }).immediate();
  failpoint('database.mended');
}
