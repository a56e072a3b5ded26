import { existsSync } from 'node:fs';
import { type ProgramError, StoreError } from '../../core/errors.ts';
import { filesBeside } from '../../store/beside.ts';
import { discard } from '../../store/files.ts';
import { lockRun } from '../../store/lock.ts';
import { entriesOf, type PartHeld, partsHeld } from '../../store/purge.ts';
import { filesToRemove, removeDatabase } from '../../store/removal.ts';
import type { Store } from '../../store/store.ts';
import type { PurgeFlags } from '../commands/purge.ts';
import type { Context } from '../context.ts';
import { rotated } from '../log.ts';
import { backupWanted, beforehand } from './asked.ts';
import { notRevoked } from './ending.ts';
import { type Purged, partsTable, purgeReport } from './report.ts';
import { revokeAll, underTokenLocks } from './signIns.ts';

/** Everybody's everything: the files themselves go, and nothing of the run is noted anywhere. */
export async function purgeEverything(context: Context, flags: PurgeFlags): Promise<void> {
  const { db } = (await context.config()).app;
  const found = await open(context, db);
  const plan = { ...(await surroundings(context, found)), flags };
  if (flags.dryRun === true || plan.files.length === 0) return show(context, plan, undefined);
  if (found.damaged !== undefined && typeof flags.backup === 'string') throw found.damaged;
  const isHeld = found.parts.length > 0;
  const target = isHeld ? await backupWanted(context, flags) : undefined;
  const lock = lockRun(db);
  try {
    const { terminal } = context;
    if (found.damaged !== undefined) terminal.say(`${found.damaged.message}. It goes unread.`);
    else terminal.say(partsTable(db, found.parts));
    terminal.say(`These files go: ${plan.files.join(', ')}`);
    await beforehand(context, target, 'all of it', flags);
    const revoked = await removeAll(context, found, db, flags);
    for (const file of filesBeside(db).locks) if (file !== lock.path) discard(file);
    lock.remove();
    for (const file of plan.logs) discard(file);
    const purged = { ...plan, backup: target ?? null, revoked };
    show(context, purged, notRevoked(revoked));
  } finally {
    lock.release();
  }
}

interface Found {
  /** undefined: there is no file, or it is damaged. */
  readonly store: Store | undefined;
  readonly parts: readonly PartHeld[];
  readonly damaged: StoreError | undefined;
}

/** What is damaged can be removed too. What is not ours, or a newer program's, is refused. */
async function open(context: Context, db: string): Promise<Found> {
  if (!existsSync(db)) return { store: undefined, parts: [], damaged: undefined };
  try {
    const store = await context.store();
    return { store, parts: partsHeld(store.db), damaged: undefined };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { store: undefined, parts: [], damaged: error };
  }
}

/** Its header says that it is ours, its content is not what SQLite expects. */
function isDamage(error: unknown): error is StoreError {
  const cause = error instanceof StoreError ? error.cause : undefined;
  return (
    cause instanceof Error && 'code' in cause && /^SQLITE_(CORRUPT|NOTADB|ERROR)/.test(String(cause.code))
  );
}

async function surroundings(context: Context, { store, parts }: Found) {
  const config = await context.config();
  const { db, logFile } = config.app;
  const logs = logFile === undefined ? [] : [logFile, rotated(logFile)].filter((file) => existsSync(file));
  return {
    database: db,
    account: null,
    parts,
    entries: store === undefined ? 0 : entriesOf(store.db, parts),
    revoked: [],
    backup: null,
    files: [...filesToRemove(db), ...filesBeside(db).locks, ...logs],
    logs,
    erased: true,
    config: config.file ?? null,
    stillEnabled: [],
    others: [],
    kept: filesBeside(db).backups,
  };
}

async function removeAll(context: Context, { store, parts }: Found, db: string, flags: PurgeFlags) {
  if (store === undefined) {
    removeDatabase(db);
    return [];
  }
  return underTokenLocks(context, store, parts, async () => {
    const revoked = flags.revoke === true ? await revokeAll(context, store, parts) : [];
    store.close();
    removeDatabase(db);
    return revoked;
  });
}

function show(context: Context, purged: Purged, ended: ProgramError | undefined): void {
  const { object, text } = purgeReport(purged, ended);
  context.terminal.result(object, text);
  if (ended !== undefined) throw ended;
}
