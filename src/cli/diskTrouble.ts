/** What disk, permissions or other programs did to the database. Any other code of SQLite is our own fault. */
const CODES = /^SQLITE_(FULL|IOERR|READONLY|PERM|CANTOPEN|CORRUPT|NOTADB|BUSY|LOCKED|PROTOCOL|NOLFS)/;

/** Any statement can meet a full disk: as a StoreError it is said once, instead of around each of them. */
export async function diskTrouble(error: unknown, database: () => Promise<string>): Promise<unknown> {
  if (!(error instanceof Error && 'code' in error && CODES.test(String(error.code)))) return error;
  // Here only: `--help` starts without SQLite.
  const { asStoreError } = await import('../store/database.ts');
  return asStoreError(error, await database());
}
