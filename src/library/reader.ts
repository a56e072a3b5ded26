import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { UsageError } from '../core/errors.ts';
import { loadAddon } from '../store/addon.ts';
import { asStoreError, type Db } from '../store/database.ts';

/** Whatever SQLite skips before a statement's first word. */
const BEFORE = /^(?:[\s;\uFEFF]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const READING = /^(?:select|values|with)\b/i;
/** Describes a statement without running it. */
const EXPLAINED = /^explain\s+(?:query\s+plan\s+)?(?:select|values|with)\b/i;
const PRAGMA = /^pragma\b/i;
/** Those that only tell, with a name in parentheses where they are about one thing. */
const TELLING_ABOUT =
  /^pragma\s+(?:main\s*\.\s*)?(?:table_list|table_x?info|index_list|index_x?info|foreign_key_list)\s*(?:\(\s*["']?\w+["']?\s*\)\s*)?;?\s*$/i;
const TELLING =
  /^pragma\s+(?:main\s*\.\s*)?(?:user_version|application_id|schema_version|data_version|encoding|page_size|page_count|freelist_count|compile_options|function_list|collation_list|integrity_check|quick_check)\s*;?\s*$/i;

/** Nothing that `query` returns comes from them. */
const SECRET_TABLES = ['oauth_tokens'];

interface Opcode {
  readonly opcode: string;
  readonly p2: number;
  readonly p3: number;
}

/**
 * Answers statements over a connection of its own that cannot write, so that none of them changes how records are
 * written. Tokens are left out; whoever has the file can read them there all the same.
 */
export class Reader {
  readonly #path: string;
  #db: Db | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws UsageError for a statement that is none, would write, sets a PRAGMA or touches the tokens. */
  all<T>(sql: string, values: readonly unknown[]): T[] {
    if (typeof sql !== 'string') throw new UsageError('query needs an SQL statement as text');
    const statement = sql.replace(BEFORE, '');
    refuseOther(statement);
    this.#db ??= open(this.#path);
    try {
      const prepared = this.#db.prepare<unknown[], T>(statement);
      if (!prepared.reader || !prepared.readonly)
        throw new UsageError('query only reads: the statement would write');
      if (READING.test(statement)) refuseSecrets(this.#db, statement, values);
      return prepared.all(...values);
    } catch (error) {
      throw isOfStatement(error)
        ? new UsageError(`query: ${error.message}`, { cause: error })
        : asStoreError(error, this.#path);
    }
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }
}

function open(path: string): Db {
  const nativeBinding = loadAddon(dirname(path)) as never;
  try {
    return new Database(path, { readonly: true, timeout: 10_000, nativeBinding });
  } catch (error) {
    throw asStoreError(error, path);
  }
}

/** By its text: some PRAGMAs take effect as soon as they are prepared. */
function refuseOther(statement: string): void {
  const isTelling = TELLING_ABOUT.test(statement) || TELLING.test(statement);
  if (isTelling || READING.test(statement) || EXPLAINED.test(statement)) return;
  if (!PRAGMA.test(statement))
    throw new UsageError('query only reads: a statement begins with SELECT, VALUES, WITH or EXPLAIN');
  throw new UsageError('query only reads: of the PRAGMAs it answers those that describe the database', {
    hint: 'Among them: table_list, table_info, index_list, user_version, integrity_check.',
  });
}

/**
 * SQLite's own plan names the b-trees that a statement opens, whatever the statement calls them. Looked up each time:
 * a vacuum moves them.
 */
function refuseSecrets(db: Db, statement: string, values: readonly unknown[]): void {
  const places = SECRET_TABLES.map(() => '?').join(', ');
  const secret = new Set(
    db
      .prepare<string[], number>(`SELECT rootpage FROM sqlite_schema WHERE tbl_name IN (${places})`)
      .pluck()
      .all(...SECRET_TABLES),
  );
  const plan = db.prepare<unknown[], Opcode>(`EXPLAIN ${statement}`).all(...values);
  const opened = plan.find(
    ({ opcode, p2, p3 }) => /^(?:Open(?:Read|Write)|ReopenIdx)$/.test(opcode) && p3 === 0 && secret.has(p2),
  );
  if (opened !== undefined) throw new UsageError('query answers nothing from the table of tokens');
}

/** A mistake in the SQL or in its values, and not of the database. */
function isOfStatement(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if ('code' in error) return error.code === 'SQLITE_ERROR' || error.code === 'SQLITE_RANGE';
  return error instanceof RangeError || error instanceof TypeError;
}
