import { addDays, startOfDay } from '../core/dates.ts';
import { UsageError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';
import { viewName } from '../store/views.ts';
import { spanFrom } from './range.ts';
import { accountFrom, zoneFrom } from './settings.ts';

export interface RowOptions {
  /** Local dates `YYYY-MM-DD`, both ends included; one that is left out is open. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Default `default`. */
  readonly account?: string | undefined;
  /** Zone in which a record without a date of its own belongs to a day; default the system's. */
  readonly zone?: string | undefined;
}

const EARLIEST = '1900-01-01';
const LATEST = '9999-12-30';

/** The statement that reads a view's rows of some days. */
export function select(
  view: string,
  columns: readonly string[],
  providers: readonly AnyProvider[],
  options: RowOptions,
): { sql: string; values: unknown[] } {
  const account = accountFrom(options.account);
  const own = resourceOf(view, providers);
  if (own === undefined) return selectShared(view, columns, account, options);
  const sql = `SELECT v.* FROM "${view}" v
    JOIN sync_state s ON s.provider = ? AND s.resource = ? AND s.account = v.account
    JOIN items i ON i.stream = s.stream AND i.id = v.record_id WHERE v.account = ?`;
  const order = ' ORDER BY i.day, i.started_at, i.id';
  const values = [own.provider, own.resource, account];
  const span = spanOf(options);
  if (span === undefined) return { sql: sql + order, values };
  const zone = zoneFrom(options.zone);
  const instants = [startOfDay(span.from, zone), startOfDay(addDays(span.to, 1), zone)];
  const within = 'i.day BETWEEN ? AND ? OR (i.day IS NULL AND i.started_at >= ? AND i.started_at < ?)';
  return { sql: `${sql} AND (${within})${order}`, values: [...values, span.from, span.to, ...instants] };
}

function selectShared(view: string, columns: readonly string[], account: string, options: RowOptions) {
  const span = spanOf(options);
  const day = columns.includes('time') ? 'coalesce(day, substr(time, 1, 10))' : 'day';
  if (!columns.includes('day')) {
    if (span !== undefined) throw new UsageError(`the view "${view}" knows no days: use query`);
    return { sql: `SELECT * FROM "${view}" WHERE account = ?`, values: [account] };
  }
  const sql = `SELECT * FROM "${view}" WHERE account = ?`;
  if (span === undefined) return { sql: `${sql} ORDER BY ${day}`, values: [account] };
  return { sql: `${sql} AND ${day} BETWEEN ? AND ? ORDER BY ${day}`, values: [account, span.from, span.to] };
}

function spanOf({ from, to }: RowOptions) {
  if (from === undefined && to === undefined) return undefined;
  return spanFrom({ from: from ?? EARLIEST, to: to ?? LATEST });
}

/** Whose records the view shows; undefined for one over several sources. */
function resourceOf(view: string, providers: readonly AnyProvider[]) {
  for (const { id: provider, resources } of providers) {
    for (const { name: resource, lists = [] } of resources) {
      const names = [resource, ...lists.map(({ name }) => name)];
      if (names.some((name) => viewName({ provider, resource: name }) === view))
        return { provider, resource };
    }
  }
  return undefined;
}
