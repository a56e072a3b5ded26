import { type CommonView, commonViews, payload, usualRows, within } from '../core/common.ts';
import { failpoint } from '../core/failpoint.ts';
import type { Column, CommonRows, ListView } from '../core/provider.ts';
import type { Db } from './database.ts';

/** A typed view over one resource's live records: the columns its description declares, read from the payload. */
export interface ViewOf {
  readonly provider: string;
  readonly resource: string;
  readonly columns: readonly Column[];
  /** The JSON path of a list: the view then has a row for each of its elements. */
  readonly rowsOf?: string | undefined;
  /** More views over the same records. */
  readonly lists?: readonly ListView[] | undefined;
}

export interface View {
  readonly name: string;
  readonly sql: string;
}

export function viewName({ provider, resource }: Pick<ViewOf, 'provider' | 'resource'>): string {
  return `${provider}_${resource}`.toLowerCase();
}

/** Paths that begin with `$each` are read from the element. */
function columnSql({ name, path, sql }: Column): string {
  const read = path.startsWith('$each') ? within('e', path.replace('$each', '$')) : payload(path);
  return `  ${sql ?? read} AS "${name}"`;
}

export function resourceViews(view: ViewOf): View[] {
  const { provider, columns, rowsOf, lists = [] } = view;
  const elements = rowsOf === undefined ? undefined : `json_each(i.payload, ${quote(rowsOf)}) e`;
  return [
    { name: viewName(view), sql: typedSql(view, viewName(view), columns, elements) },
    ...lists.map(({ name, from, columns }) => {
      const own = viewName({ provider, resource: name });
      return { name: own, sql: typedSql(view, own, columns, from) };
    }),
  ];
}

/** A payload that SQLite cannot read as JSON (nested deeper than 1,000, damaged) has no row; the others keep theirs. */
function typedSql(view: ViewOf, name: string, columns: readonly Column[], from: string | undefined): string {
  return `CREATE VIEW "${name}" AS SELECT s.account, i.id AS record_id,
${columns.map(columnSql).join(',\n')}
FROM items i JOIN sync_state s USING (stream)${from === undefined ? '' : `, ${from}`}
WHERE s.provider = ${quote(view.provider)} AND s.resource = ${quote(view.resource)} AND i.deleted_at IS NULL
  AND json_valid(i.payload)`;
}

/** What one resource adds to the views over all sources. */
export interface CommonOf {
  readonly provider: string;
  readonly resource: string;
  readonly rows: CommonRows;
}

/** The views over all sources. One that no source adds to is there all the same, without a row. */
export function sharedViews(declared: readonly CommonOf[]): View[] {
  return (Object.keys(commonViews) as CommonView[]).map((name) => {
    const parts = declared.filter(({ rows }) => rows.view === name).map(partSql);
    const columns = commonViews[name].map((column) => `"${column.name}"`);
    const all = parts.length > 0 ? parts.join('\nUNION ALL\n') : emptyPart(name);
    // A day's figures lie in several of a service's collections: together they are one row.
    const sql =
      name === 'daily_summary'
        ? `SELECT source, account, day, ${columns
            .slice(1)
            .map((column) => `max(${column}) AS ${column}`)
            .join(', ')}
FROM (${all}) GROUP BY source, account, day`
        : all;
    return { name, sql: `CREATE VIEW "${name}" AS ${sql}` };
  });
}

/** One payload that SQLite cannot read as JSON must not stand in the way of all other sources' rows. */
const SOUND_ITEMS = `(SELECT stream, id, day, started_at, ended_at, updated_at, deleted_at,
  CASE WHEN json_valid(payload) THEN payload END AS payload FROM items)`;

function partSql({ provider, resource, rows }: CommonOf): string {
  const columns = commonViews[rows.view].map(
    ({ name, usual }) => `  ${rows.columns[name] ?? usual ?? 'NULL'} AS "${name}"`,
  );
  return `SELECT ${quote(provider)} AS source, s.account, i.id AS record_id,
${columns.join(',\n')}
FROM ${SOUND_ITEMS} i JOIN sync_state s USING (stream) LEFT JOIN sessions x ON x.stream = i.stream AND x.id = i.id
WHERE s.provider = ${quote(provider)} AND s.resource = ${quote(resource)} AND i.deleted_at IS NULL
  AND ${rows.where ?? usualRows[rows.view]}`;
}

function emptyPart(view: CommonView): string {
  const columns = commonViews[view].map(({ name }) => `NULL AS "${name}"`);
  return `SELECT NULL AS source, NULL AS account, NULL AS record_id, ${columns.join(', ')} WHERE 0`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Makes the typed views what this version declares; writes only when one differs. */
export function refreshViews(db: Db, declared: readonly View[]): void {
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
  failpoint('views.made');
}
