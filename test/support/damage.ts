import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Runs statements on a database and leaves no journal beside it. */
export function statements(path: string, sql: string): void {
  const db = new Database(path);
  db.unsafeMode();
  db.exec(sql);
  db.close();
}

export function overwrite(path: string, at: number, length: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(length, 0xa5), 0, length, at);
  closeSync(file);
}

/** The page that holds the table's last leaf, far from its root. */
export function leafOf(path: string, table: string): { page: number; size: number } {
  const db = new Database(path, { readonly: true });
  try {
    const size = db.pragma('page_size', { simple: true }) as number;
    const select = "SELECT max(pageno) FROM dbstat WHERE name = ? AND pagetype = 'leaf'";
    return { page: db.prepare<[string], number>(select).pluck().get(table) as number, size };
  } finally {
    db.close();
  }
}

export function breakPage(path: string, table: string): void {
  const { page, size } = leafOf(path, table);
  overwrite(path, (page - 1) * size, size);
}

export function cutOff(path: string, part: number): void {
  truncateSync(path, Math.floor((statSync(path).size * part) / 4096) * 4096);
}

/** Rows come in while the index is declared not to want any. */
export function breakIndex(path: string): void {
  const declare = (from: string, to: string) =>
    statements(
      path,
      `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}') WHERE name = 'items_by_day'`,
    );
  declare('WHERE day IS NOT NULL', 'WHERE 0');
  statements(path, "UPDATE items SET day = '2026-01-01'");
  declare('WHERE 0', 'WHERE day IS NOT NULL');
}
