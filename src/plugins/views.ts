import { PLUGINS } from '../core/config/plugins.ts';
import { UsageError } from '../core/errors.ts';
import type { Store } from '../store/store.ts';
import type { View } from '../store/views.ts';

/**
 * Opens the store and looks at each view once: columns of a plugin may be SQL of its own, and what SQLite does not
 * understand would otherwise stand in the way of whoever asks next. Throws UsageError naming the view.
 */
export function openTrying(views: readonly View[], plugins: readonly string[], open: () => Store): Store {
  if (plugins.length === 0) return open();
  let store: Store | undefined;
  let looking: string | undefined;
  try {
    store = open();
    for (const { name } of views) {
      looking = name;
      store.db.prepare(`SELECT * FROM "${name}"`);
    }
    return store;
  } catch (error) {
    store?.close();
    throw isBadSql(error) ? badView(looking, plugins, error) : error;
  }
}

function isBadSql(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_ERROR';
}

function badView(view: string | undefined, plugins: readonly string[], cause: Error): UsageError {
  const what = view === undefined ? 'a view' : `the view "${view}"`;
  return new UsageError(
    `${what} with SQL of a plugin (${plugins.join(', ')}) cannot be made: ${cause.message}`,
    {
      cause,
      hint: `To go on without one, take its [${PLUGINS}.…] out of the configuration.`,
    },
  );
}
