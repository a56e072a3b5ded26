/**
 * node bench/planning.ts DATABASE
 *
 * What the plan of a push alone costs: its pure function over the sessions and the ledger of a database. Prints the
 * seconds of CPU of each way to plan, as JSON.
 */
import Database from 'better-sqlite3';
import { DEFAULT_TEMPLATE } from '../src/core/description.ts';
import type { Entry, EntryFields } from '../src/core/destination.ts';
import { plan } from '../src/core/push/plan.ts';
import type { PlanInput } from '../src/core/push/step.ts';
import { Ledger, type LedgerRow } from '../src/store/ledger.ts';
import { readSessions } from '../src/store/sessions.ts';

const db = new Database(process.argv[2], { readonly: true });
const [target] = db.prepare('SELECT DISTINCT target FROM entries').pluck().all() as string[];
const rows = new Ledger(db, 'clockify', target ?? '').all();
const sessions = readSessions(db, { provider: 'oura', account: 'default', resource: 'sleep' });
const entries = new Map(rows.map((row) => [row.remoteId as string, entryOf(row)]));
const projectId = [...entries.values()][0]?.projectId ?? undefined;

const input: PlanInput = {
  sessions,
  rows,
  taken: new Set(),
  scope: undefined,
  listing: undefined,
  style: {
    word: 'Oura',
    template: DEFAULT_TEMPLATE,
    kind: 'sleep',
    types: ['long_sleep', 'sleep', 'late_nap'],
    minMinutes: 15,
    startDate: undefined,
    projectId,
    lockedBefore: undefined,
  },
  force: false,
  restyle: false,
  now: Date.now(),
};
const listing = { entries, lookedUp: new Map() };

const found = {
  adopting: cost('adopt', { ...input, rows: [], listing }),
  steady: cost(undefined, input),
  again: cost(undefined, { ...input, listing, restyle: true }),
};
process.stdout.write(`${JSON.stringify(found)}\n`);

/** What the service lists is what the ledger has noted of its last answer. */
function entryOf({ remoteId, fields }: LedgerRow): Entry {
  return { remoteId: remoteId as string, ...(fields as EntryFields), locked: false, raw: {} } as Entry;
}

/** `expected`: the step that every session has to get; undefined: none. */
function cost(expected: string | undefined, given: PlanInput): number {
  const before = process.cpuUsage();
  const { steps, unchanged } = plan(given);
  const { user, system } = process.cpuUsage(before);
  const found = expected === undefined ? unchanged : steps.filter((step) => step.do === expected).length;
  if (found !== sessions.length)
    throw new Error(`${expected ?? 'unchanged'}: ${found} of ${sessions.length}`);
  return (user + system) / 1e6;
}
