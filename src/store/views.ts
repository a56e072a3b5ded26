import type { Column } from '../core/provider.ts';
import type { Db } from './database.ts';

/** A typed view over one resource's live records: the columns its description declares, read from the payload. */
export interface ViewOf {
  readonly provider: string;
  readonly resource: string;
  readonly columns: readonly Column[];
}

export function viewName(view: ViewOf): string {
  return `${view.provider}_${view.resource}`.toLowerCase();
}

function viewSql(view: ViewOf): string {
  const columns = view.columns.map(
    ({ name, path }) => `  json_extract(i.payload, ${quote(path)}) AS "${name}"`,
  );
  return `CREATE VIEW "${viewName(view)}" AS SELECT s.account, i.id AS record_id,
${columns.join(',\n')}
FROM items i JOIN sync_state s USING (stream)
WHERE s.provider = ${quote(view.provider)} AND s.resource = ${quote(view.resource)} AND i.deleted_at IS NULL`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Makes the typed views what this version declares; writes only when one differs. */
export function refreshViews(db: Db, declared: readonly { name: string; sql: string }[]): void {
  const select = "SELECT name, sql FROM sqlite_schema WHERE type = 'view' AND name <> 'records'";
  const present = new Map(
    db
      .prepare<[], { name: string; sql: string }>(select)
      .all()
      .map((view) => [view.name, view.sql]),
  );
  const stale = declared.filter((view) => present.get(view.name) !== view.sql);
  if (stale.length === 0) return;
  db.transaction(() => {
    for (const { name, sql } of stale) {
      db.exec(`DROP VIEW IF EXISTS "${name}"`);
      db.exec(sql);
    }
  }).immediate();
}

export function resourceView(view: ViewOf): { name: string; sql: string } {
  return { name: viewName(view), sql: viewSql(view) };
}
