import type { ProgramError } from '../../core/errors.ts';
import { PROGRAM } from '../../program.ts';
import type { PartHeld } from '../../store/purge.ts';
import type { RevokeOutcome } from '../auth/revokeStored.ts';
import type { PurgeFlags } from '../commands/purge.ts';
import { table } from '../table.ts';
import type { RevokedPart } from './signIns.ts';

export interface Purged {
  readonly database: string;
  /** null: everybody's, with the files themselves. */
  readonly account: string | null;
  readonly flags: PurgeFlags;
  readonly parts: readonly PartHeld[];
  /** Rows of the ledger; each belongs to its source and to its destination. */
  readonly entries: number;
  readonly revoked: readonly RevokedPart[];
  readonly backup: string | null;
  /** Files that were removed. */
  readonly files: readonly string[];
  /** Whether no byte of it is left in the files. */
  readonly erased: boolean;
  readonly config: string | null;
  /** Sources that the next sync reads again. */
  readonly stillEnabled: readonly string[];
  /** The same sources under other accounts. */
  readonly others: readonly PartHeld[];
  /** Backups beside the database that a person saved. */
  readonly kept: readonly string[];
}

/** The object of --json, and the lines for a person. */
export function purgeReport(purged: Purged, ended: ProgramError | undefined) {
  const {
    database,
    account,
    flags,
    parts,
    entries,
    revoked,
    backup,
    files,
    erased,
    config,
    stillEnabled,
    kept,
  } = purged;
  const object = {
    outcome: ended?.outcome ?? 'OK',
    dryRun: flags.dryRun === true,
    database,
    account,
    parts,
    records: recordsOf(parts),
    entries,
    backup,
    revoked,
    files,
    erased: flags.dryRun === true ? false : erased,
    kept,
    config,
    stillEnabled,
    message: ended?.message ?? null,
  };
  return { object, text: lines(purged).join('\n') };
}

export function isHeld({ records, entries, signedIn }: PartHeld): boolean {
  return records > 0 || entries > 0 || signedIn;
}

export function recordsOf(parts: readonly PartHeld[]): number {
  return parts.reduce((sum, { records }) => sum + records, 0);
}

export function partsTable(database: string, parts: readonly PartHeld[]): string {
  const rows = parts.map(({ provider, account, records, entries, signedIn }) => [
    provider,
    account,
    records,
    entries,
    signedIn ? 'yes' : 'no',
  ]);
  return `To be removed from ${database}:\n${table(['source', 'account', 'records', 'noted entries', 'signed in'], rows)}`;
}

function lines(purged: Purged): string[] {
  const { database, account, flags, parts, entries, files, erased } = purged;
  const held = parts.filter(isHeld);
  if (flags.dryRun === true) {
    if (held.length === 0 && files.length === 0) return [`Nothing of it is stored in ${database}.`];
    const going = files.length > 0 ? ['Files that would go:', ...files] : [];
    return [
      'Nothing was changed.',
      ...(held.length > 0 ? [partsTable(database, held)] : []),
      ...going,
      ...after(purged),
    ];
  }
  const names = held.map((part) => `${part.provider} (${part.account})`).join(', ');
  const records = recordsOf(held);
  const what = `${records.toLocaleString('en')} records and ${entries.toLocaleString('en')} noted entries`;
  const removed =
    held.length === 0 ? `Nothing of it was stored in ${database}.` : `Removed ${what}: ${names}.`;
  const gone =
    files.length > 0 ? [account === null ? 'Removed these files:' : 'Removed these copies:', ...files] : [];
  const left = erased ? [] : ['Its bytes are still in the files of the database.'];
  return [removed, ...left, ...gone, ...revokedLines(purged.revoked), ...after(purged)];
}

const WORDS: Readonly<Record<RevokeOutcome, string>> = {
  revoked: 'the sign-in was ended at the service',
  'not offered': 'the service offers no way to end the sign-in, so end it in your account there',
  refused: 'the service refused to end the sign-in: end the app’s access in your account there',
  failed: 'the sign-in was not ended at the service: end the app’s access in your account there',
  'nothing stored': 'no sign-in was stored',
};

function revokedLines(revoked: readonly RevokedPart[]): string[] {
  return revoked.map(({ provider, account, outcome, reason }) => {
    const why = reason === null ? '' : ` (${reason})`;
    return `${provider} (${account}): ${WORDS[outcome]}${why}.`;
  });
}

/** What stays, and what would bring it back. */
function after({ entries, config, stillEnabled, others, kept, backup, account }: Purged): string[] {
  const text: string[] = [];
  if (entries > 0)
    text.push(
      `Entries in Clockify stay as they are; ${PROGRAM} cleanup removes those that carry our marker.`,
    );
  if (stillEnabled.length > 0)
    text.push(
      `The next sync reads ${stillEnabled.join(', ')} again while ${config ?? 'the environment'} enables it.`,
    );
  if (account === null && config !== null) text.push(`The configuration is not touched: ${config}`);
  for (const { provider, account, records } of others)
    text.push(
      `${provider} has ${records.toLocaleString('en')} records of "${account}" as well: ${PROGRAM} --account ${account} purge ${provider}`,
    );
  const saved = backup === null || kept.includes(backup) ? kept : [...kept, backup];
  if (saved.length > 0) text.push(`Backups that were saved stay: ${saved.join(', ')}`);
  return text;
}
