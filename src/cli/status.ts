import type { Span } from '../core/coverage.ts';
import { historyStart } from '../core/cursor.ts';
import { dateAt } from '../core/dates.ts';
import type { AnyProvider } from '../core/provider.ts';
import type { ClockifyConfig } from '../destinations/clockify/config.ts';
import { LONGEST_CLOSING } from '../http/gate.ts';
import { readStatus, type StreamStatus } from '../store/status.ts';
import { Store } from '../store/store.ts';
import { viewName } from '../store/views.ts';
import type { Context } from './context.ts';
import { missingDates } from './missingDates.ts';
import { clockifyRules, pendingBySource } from './rules.ts';
import { table } from './table.ts';

/** A source is stale when nothing was read from it for this long (milliseconds). */
const STALE = 2 * 86_400_000;

/** What is stored, missing and pending, from the database alone: no network, and quick at any size. */
export async function showStatus(context: Context): Promise<void> {
  const config = await context.config();
  const { db } = config.app;
  if (!Store.exists(db)) {
    context.terminal.result(
      { database: db, exists: false, resources: [], entries: null },
      `No database yet at ${db}.`,
    );
    return;
  }
  const store = await context.store();
  const providers = await context.providers();
  const now = context.clock.now();
  const today = dateAt(now, config.app.timezone);
  const status = readStatus(store.db, context.globals.account);
  const { streams, entries, closed, lastRun } = status;
  const resources = streams.map((stream) => {
    const provider = providers.find(({ id }) => id === stream.provider);
    const section = provider === undefined ? undefined : config.section(provider.id);
    return resourceStatus(stream, provider, section, config.app.days, today, now);
  });
  const clockify = config.section<ClockifyConfig>('clockify');
  const waiting =
    clockify.enabled === true
      ? pendingBySource(status, clockifyRules(clockify, providers, context.globals.account))
      : null;
  const pending = waiting === null ? null : waiting.reduce((sum, one) => sum + one.pending, 0);
  const push = { ...entries, pending, pendingBySource: waiting };
  const object = {
    database: db,
    exists: true,
    lastRun,
    resources,
    entries: push,
    closedWindows: closed
      .filter(({ until }) => until > now && until - now <= LONGEST_CLOSING)
      .map((one) => ({ ...one, until: iso(one.until) })),
  };
  context.terminal.result(object, text(object));
}

function resourceStatus(
  stream: StreamStatus,
  provider: AnyProvider | undefined,
  section: unknown,
  days: number | undefined,
  today: string,
  now: number,
) {
  const resource = provider?.resources.find(({ name }) => name === stream.resource);
  const start = section === undefined ? undefined : provider?.startDate(section);
  const missing =
    resource === undefined || start === undefined
      ? []
      : missingDates(resource, stream, historyStart(start, days, today), today);
  return {
    resource: `${stream.provider}.${stream.resource}`,
    view: viewName({ provider: stream.provider, resource: stream.resource }),
    rows: stream.rows,
    deleted: stream.deleted,
    newest: stream.newest,
    covered: stream.covered,
    gaps: missing,
    lastSuccess: stream.lastSuccess === null ? null : iso(stream.lastSuccess),
    stale: stream.lastSuccess === null || now - stream.lastSuccess > STALE,
    lastOutcome: stream.lastOutcome,
    lastMessage: stream.lastMessage,
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

interface Shown {
  readonly database: string;
  readonly lastRun: { readonly at: string; readonly outcome: string } | null;
  readonly resources: readonly ReturnType<typeof resourceStatus>[];
  readonly entries: {
    pushed: number;
    kept: number;
    deletedThere: number;
    inDoubt: number;
    blocked: number;
    pending: number | null;
    pendingBySource: readonly { source: string; pending: number }[] | null;
  };
  readonly closedWindows: readonly { scope: string; until: string }[];
}

function text(shown: Shown): string {
  const rows = shown.resources.map((one) => [
    one.resource,
    one.rows,
    one.newest ?? '',
    spans(one.covered),
    spans(one.gaps) || 'none',
    one.lastSuccess?.slice(0, 16).replace('T', ' ') ?? 'never',
    one.lastOutcome === 'OK' ? (one.stale ? 'stale' : 'OK') : (one.lastOutcome ?? 'not yet read'),
  ]);
  const { pushed, kept, deletedThere, inDoubt, blocked, pending, pendingBySource: waiting } = shown.entries;
  const sources = (waiting ?? [])
    .filter((one) => one.pending > 0)
    .map((one) => `${one.pending} ${one.source}`);
  // Sleep alone needs no name.
  const which = (waiting ?? []).length > 1 && sources.length > 0 ? ` (${sources.join(', ')})` : '';
  const parts = [
    `${pushed} pushed`,
    `${pending ?? 0} pending${which}`,
    `${kept} kept as edited there`,
    `${deletedThere} deleted there`,
  ];
  if (inDoubt > 0) parts.push(`${inDoubt} to be looked for`);
  if (blocked > 0) parts.push(`${blocked} declined`);
  return [
    `Database: ${shown.database}`,
    shown.lastRun === null ? 'Last sync: none' : `Last sync: ${shown.lastRun.at} (${shown.lastRun.outcome})`,
    '',
    table(['resource', 'rows', 'newest', 'covered', 'gaps', 'last read (UTC)', 'state'], rows),
    '',
    shown.entries.pending === null ? 'Clockify: not set up' : `Clockify: ${parts.join(', ')}.`,
    ...shown.closedWindows.map(({ scope, until }) => `${scope}: the request window opens at ${until}.`),
    ...shown.resources
      .filter(({ lastMessage }) => lastMessage !== null)
      .map(({ lastMessage }) => `${lastMessage}`),
  ].join('\n');
}

function spans(coverage: readonly Span[]): string {
  const [first, second, ...more] = coverage;
  if (first === undefined) return '';
  const shown = [first, second]
    .filter((span) => span !== undefined)
    .map(({ from, to }) => (from === to ? from : `${from}..${to}`));
  return shown.join(' ') + (more.length > 0 ? ` +${more.length}` : '');
}
