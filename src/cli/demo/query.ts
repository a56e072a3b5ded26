import type { Store } from '../../store/store.ts';

/** One line, so that it can be pasted behind `sqlite3`; no double quote and no dollar sign, for the same reason. */
const SQL =
  "SELECT day, printf('%.1f', total_sleep_duration / 3600.0) AS hours, efficiency, c.description AS entry, " +
  'kept_as_edited AS kept ' +
  "FROM oura_sleep s LEFT JOIN clockify_entries c USING (record_id, day) WHERE type = 'long_sleep' ORDER BY day DESC LIMIT 6";

export interface Asked {
  readonly sql: string;
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

export function askDatabase(store: Store): Asked {
  const rows = store.db.prepare<[], Record<string, string | number | null>>(SQL).all();
  return { sql: SQL, rows };
}
