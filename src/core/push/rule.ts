import type { LedgerRow, SessionKey } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Style } from './step.ts';
import { factsOf, isOfType, keyOf } from './wanted.ts';

/** Whose records: one resource of one account. */
export type Source = Omit<SessionKey, 'recordId'>;

/** How the sessions of one resource become entries. */
export interface Rule {
  readonly source: Source;
  readonly style: Pick<Style, 'kind' | 'types'>;
}

/** What one rule has to do with. */
export interface Share {
  readonly sessions: StoredSession[];
  readonly rows: LedgerRow[];
}

export interface Shares<R extends Rule> {
  readonly of: ReadonlyMap<R, Share>;
  /** Rows whose source no rule names any more: their entries stay as they are. */
  readonly withoutRule: readonly LedgerRow[];
}

export function isFrom(source: Source, key: Source): boolean {
  return (
    key.provider === source.provider && key.account === source.account && key.resource === source.resource
  );
}

/**
 * Gives every session, and every row of the account's ledger, to one rule: the first that names its source and type. A
 * row goes where its session goes; without one, to the rule whose types it was written under; and where the types were
 * changed since, to the source's first rule, so that an old entry is looked after as long as its source has a rule. Pure.
 */
export function shareOut<R extends Rule>(
  rules: readonly R[],
  sessions: readonly StoredSession[],
  rows: readonly LedgerRow[],
): Shares<R> {
  const of = new Map<R, Share>(rules.map((rule) => [rule, { sessions: [], rows: [] }]));
  const bySource = Map.groupBy(rules, ({ source }) => sourceKey(source));
  const noted = new Map(rows.map((row) => [keyOf(row), row]));
  const current = new Map<string, R>();
  for (const session of sessions) {
    const own = bySource.get(sourceKey(session));
    if (own === undefined) continue;
    const row = noted.get(keyOf(session));
    const rule = own.find(({ style }) => isOfType(session, style)) ?? ruleOfRow(own, row);
    of.get(rule)?.sessions.push(session);
    current.set(keyOf(session), rule);
  }
  const withoutRule: LedgerRow[] = [];
  for (const row of rows) {
    const own = bySource.get(sourceKey(row));
    if (own === undefined) withoutRule.push(row);
    else of.get(current.get(keyOf(row)) ?? ruleOfRow(own, row))?.rows.push(row);
  }
  return { of, withoutRule };
}

function ruleOfRow<R extends Rule>(own: readonly R[], row: LedgerRow | undefined): R {
  const found = row && own.find(({ style }) => isOfType(factsOf(row), style));
  return found ?? (own[0] as R);
}

function sourceKey({ provider, account, resource }: Source): string {
  return JSON.stringify([provider, account, resource]);
}
