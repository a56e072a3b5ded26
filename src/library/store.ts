import { resolve } from 'node:path';
import { declaredViews, typedViews } from '../cli/sections.ts';
import { printable } from '../core/config/suggestions.ts';
import { UsageError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';
import { SOURCE } from '../destinations/clockify/name.ts';
import { admitted } from '../plugins/load.ts';
import { openTrying } from '../plugins/views.ts';
import { providers } from '../providers/index.ts';
import { Store } from '../store/store.ts';
import { insideOf, keepInside, takeInside } from './inside.ts';
import { Reader } from './reader.ts';
import { type RowOptions, select } from './select.ts';

export interface OpenStoreOptions {
  /** The SQLite file; made, with mode 0600, when it is missing. */
  readonly path: string;
  /** Descriptions beside the built-in ones. */
  readonly providers?: readonly AnyProvider[];
}

export type Value = string | number | bigint | Buffer | null;
export type ViewRow = Readonly<Record<string, Value>>;

/** Opens, creates or migrates the database. Throws UsageError, StoreError. */
export function openStore({ path, providers: own = [] }: OpenStoreOptions): HealthStore {
  if (typeof path !== 'string' || path.trim() === '') throw new UsageError('path must name a file');
  const present = { providers, names: [SOURCE], views: declaredViews().map(({ name }) => name) };
  const all = admitted(own, present, typedViews);
  const views = declaredViews(all);
  const ids = all.map(({ id }) => id);
  const store = openTrying(views, ids, () => new Store(resolve(path), views));
  const health = new HealthStore(store.path);
  keepInside(health, { store, reader: new Reader(store.path), providers: [...providers, ...all] });
  return health;
}

function columnsOf(store: Store, view: string): string[] {
  const known = "SELECT 1 FROM sqlite_schema WHERE type = 'view' AND name = ?";
  if (store.db.prepare(known).get(view) === undefined) {
    throw new UsageError(`there is no view "${printable(view)}"`, {
      hint: 'query("SELECT name FROM sqlite_schema WHERE type = \'view\'") lists them.',
    });
  }
  const columns = store.db.prepare(`SELECT * FROM "${view}"`).columns();
  return columns.map(({ name }) => name);
}

/** A database of records, open. */
export class HealthStore {
  /** Absolute path of the file. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Rows of a view, oldest first. Throws UsageError when there is no such view or it knows no dates. */
  rows<T = ViewRow>(view: string, options: RowOptions = {}): T[] {
    const { store, providers } = insideOf(this);
    const { sql, values } = select(view, columnsOf(store, view), providers, options);
    return store.db.prepare<unknown[], T>(sql).all(...values);
  }

  /** Rows of one reading SQL statement. Throws UsageError for one that would write, and for the table of tokens. */
  query<T = ViewRow>(sql: string, ...values: readonly Value[]): T[] {
    return insideOf(this).reader.all<T>(sql, values);
  }

  /** To be called once nothing is under way any more. A second time does nothing. */
  close(): void {
    const inside = takeInside(this);
    inside?.reader.close();
    inside?.store.close();
  }
}
