import { addDays } from '../../src/core/dates.ts';
import { DEFAULT_TEMPLATE } from '../../src/core/description.ts';
import type { Entry } from '../../src/core/destination.ts';
import { plan } from '../../src/core/push/plan.ts';
import type { Plan, PlanInput, Step, Style } from '../../src/core/push/step.ts';
import { snapshotOf, wantedFor } from '../../src/core/push/wanted.ts';
import type { LedgerRow } from '../../src/store/ledger.ts';
import type { StoredSession } from '../../src/store/sessions.ts';

export const HOUR = 3_600_000;
export const NOW = Date.parse('2024-03-01T08:00:00Z');

export const style: Style = {
  word: 'Oura',
  template: DEFAULT_TEMPLATE,
  types: ['long_sleep', 'sleep', 'late_nap'],
  minMinutes: 15,
  startDate: undefined,
  projectId: 'project',
  lockedBefore: undefined,
};

/** The night that ends `back` days before 2024-02-29, from 22:30 to 06:30 UTC, 7 h 30 m of it asleep. */
export function night(back = 0, more: Partial<StoredSession> = {}): StoredSession {
  const day = addDays('2024-02-29', -back);
  const startAt = Date.parse(`${addDays(day, -1)}T22:30:00Z`);
  return {
    provider: 'somewhere',
    account: 'me',
    resource: 'sleep',
    recordId: `night-${back}`,
    kind: 'sleep',
    type: 'long_sleep',
    day,
    startAt,
    startOffset: 60,
    endAt: startAt + 8 * HOUR,
    endOffset: 60,
    asleepSeconds: 7.5 * 3600,
    efficiency: 94,
    title: null,
    ...more,
  };
}

/** The entry as we write it for the session. */
export function entryOf(session: StoredSession, more: Partial<Entry> = {}): Entry {
  const { startAt, endAt, text } = wantedFor(session, style.template, style.word, true);
  const own = { remoteId: `entry-${session.recordId}`, locked: false, raw: null };
  return { ...own, startAt, endAt, text, projectId: 'project', ...more };
}

/** The ledger's row after the entry was written for the session. */
export function rowOf(session: StoredSession, more: Partial<LedgerRow> = {}): LedgerRow {
  const { provider, account, resource, recordId } = session;
  const { remoteId, startAt, endAt, text, projectId } = entryOf(session);
  return {
    provider,
    account,
    resource,
    recordId,
    state: 'done',
    remoteId,
    fields: { startAt, endAt, text, projectId },
    sent: null,
    session: snapshotOf(session),
    template: DEFAULT_TEMPLATE,
    kept: false,
    problem: null,
    notedAt: NOW - HOUR,
    ...more,
  };
}

/** The ledger's row while nobody knows whether the create for the session arrived. */
export function intentOf(session: StoredSession, more: Partial<LedgerRow> = {}): LedgerRow {
  const sent = rowOf(session).fields;
  return rowOf(session, { state: 'intent', remoteId: null, fields: null, sent, ...more });
}

export interface Situation extends Partial<Omit<PlanInput, 'listing' | 'style'>> {
  /** What the listing holds; null: it was not asked for. */
  readonly entries?: readonly Entry[] | null;
  readonly lookedUp?: ReadonlyMap<string, Entry | undefined>;
  readonly style?: Partial<Style>;
}

export function planOf(situation: Situation): Plan {
  const { entries = [], lookedUp = new Map(), style: changed, ...more } = situation;
  return plan({
    sessions: [],
    rows: [],
    taken: new Set(),
    scope: undefined,
    force: false,
    restyle: false,
    now: NOW,
    ...more,
    style: { ...style, ...changed },
    listing:
      entries === null
        ? undefined
        : { entries: new Map(entries.map((one) => [one.remoteId, one])), lookedUp },
  });
}

/** The steps as short texts: what is done to which session's or row's record. */
export function stepsOf(situation: Situation): string[] {
  return planOf(situation).steps.map(shortly);
}

function shortly(step: Step): string {
  const of =
    'session' in step && step.session !== undefined ? step.session : 'row' in step ? step.row : undefined;
  const entry = 'entry' in step && step.entry !== undefined ? ` ${step.entry.remoteId}` : '';
  const why = 'reason' in step ? ` (${step.reason})` : step.do === 'adopt' && step.edited ? ' (edited)' : '';
  return `${step.do} ${of?.recordId}${entry}${why}`;
}
