import type { ProgramError } from '../../core/errors.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { filesBeside } from '../../store/beside.ts';
import { discard } from '../../store/files.ts';
import { entriesOf, erase, type PartHeld, partsHeld, removeParts } from '../../store/purge.ts';
import { Store } from '../../store/store.ts';
import { sweepHalves } from '../../store/tidy.ts';
import type { PurgeFlags } from '../commands/purge.ts';
import type { Context } from '../context.ts';
import { recordedRun } from '../recordedRun.ts';
import { backupWanted, beforehand } from './asked.ts';
import { notErased, notRevoked } from './ending.ts';
import { forgetLogLines } from './logLines.ts';
import { isHeld, type Purged, partsTable, purgeReport, recordsOf } from './report.ts';
import { type RevokedPart, revokeAll, underTokenLocks } from './signIns.ts';

/** Some sources of one account, or all of them: rows go, the file stays. */
export async function purgeParts(
  context: Context,
  names: readonly string[],
  flags: PurgeFlags,
): Promise<void> {
  const { db } = (await context.config()).app;
  const store = Store.exists(db) ? await context.store() : undefined;
  const plan = await look(context, store, names, flags);
  if (store === undefined || flags.dryRun === true) return show(context, plan);
  // A second time there is nothing to keep, and perhaps bytes that the first time left.
  const asked = plan.parts.some(isHeld) ? flags : { ...flags, yes: true as const };
  const target = await backupWanted(context, asked);
  const { purged } = await recordedRun(context, 'purge', { wait: true }, async () => {
    // Another run may have ended since.
    const plan = await look(context, store, names, flags);
    context.terminal.say(partsTable(store.path, plan.parts));
    await beforehand(context, target, 'all of it', asked);
    const purged = { ...plan, backup: target ?? null, ...(await remove(context, store, plan.parts, flags)) };
    return {
      ended: endOf(purged),
      totals: { records: recordsOf(plan.parts), entries: plan.entries },
      purged,
    };
  });
  show(context, purged);
}

/** What would go. */
async function look(
  context: Context,
  store: Store | undefined,
  names: readonly string[],
  flags: PurgeFlags,
): Promise<Purged> {
  const held = store === undefined ? [] : partsHeld(store.db);
  const parts = await choose(context, held, names);
  const entries = store === undefined ? 0 : entriesOf(store.db, parts);
  const around = await surroundings(context, held, parts);
  return { ...around, flags, parts, entries, revoked: [], backup: null, files: [], erased: true };
}

function show(context: Context, purged: Purged): void {
  const ended = endOf(purged);
  const { object, text } = purgeReport(purged, ended);
  context.terminal.result(object, text);
  if (ended !== undefined) throw ended;
}

/** By name, also what no source is known for any more; all of the account's without a name. */
async function choose(
  context: Context,
  held: readonly PartHeld[],
  names: readonly string[],
): Promise<PartHeld[]> {
  const { account } = context.globals;
  const own = held.filter((part) => part.account === account);
  if (names.length === 0) return own;
  const chosen = [...new Set(names)].sort();
  for (const name of chosen)
    if (!held.some(({ provider }) => provider === name) && name !== SOURCE)
      await context.provider(name, [SOURCE]);
  const none = { account, records: 0, entries: 0, signedIn: false };
  return chosen.map((provider) => own.find((part) => part.provider === provider) ?? { provider, ...none });
}

/** What is not touched, and would bring it back. */
async function surroundings(context: Context, held: readonly PartHeld[], parts: readonly PartHeld[]) {
  const config = await context.config();
  const enabled = (await context.providers()).filter((one) => one.enabled(config.section(one.id)));
  return {
    database: config.app.db,
    account: context.globals.account,
    config: config.file ?? null,
    stillEnabled: enabled.map(({ id }) => id).filter((id) => parts.some(({ provider }) => provider === id)),
    others: held.filter(
      ({ provider, account }) =>
        account !== context.globals.account && parts.some((part) => part.provider === provider),
    ),
    kept: filesBeside(config.app.db).backups,
  };
}

async function remove(
  context: Context,
  store: Store,
  parts: readonly PartHeld[],
  flags: PurgeFlags,
): Promise<{ revoked: RevokedPart[]; erased: boolean; files: readonly string[] }> {
  const done = await underTokenLocks(context, store, parts, async () => {
    const revoked = flags.revoke === true ? await revokeAll(context, store, parts) : [];
    removeParts(store.db, parts);
    return { revoked, erased: erase(store.db) };
  });
  // Copies of before an upgrade hold what was removed as well.
  const files = filesBeside(store.path).copies;
  for (const file of files) discard(file);
  sweepHalves(store.path);
  const left = new Set(partsHeld(store.db).map(({ provider }) => provider));
  const gone = parts.map(({ provider }) => provider).filter((provider) => !left.has(provider));
  forgetLogLines((await context.config()).app.logFile, gone);
  return { ...done, files };
}

function endOf({ erased, revoked, database }: Purged): ProgramError | undefined {
  return erased ? notRevoked(revoked) : notErased(database);
}
