import { addDays, dateAt } from '../../core/dates.ts';
import { type Comparison, compare, sumOf } from '../../core/push/compare.ts';
import { type Share, shareOut } from '../../core/push/rule.ts';
import type { Api } from '../../destinations/clockify/api.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { listEntries } from '../../destinations/clockify/entries.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { styleOf } from '../../destinations/clockify/style.ts';
import type { Account, Workspace } from '../../destinations/clockify/workspace.ts';
import type { Context } from '../context.ts';
import { type ClockifyRule, clockifyRules } from '../rules.ts';

const DAY = 86_400_000;

export interface Place {
  readonly config: ClockifyConfig;
  readonly api: Api;
  readonly account: Account;
  readonly workspace: Workspace;
}

/** The store against what Clockify lists. */
export interface Compared extends Comparison {
  /** Entries whose source no rule names any more, which stay as they are. */
  readonly withoutRule: readonly { readonly source: string; readonly entries: number }[];
}

export interface ComparedSources {
  readonly all: Compared;
  /** By source, sleep first. */
  readonly sources: readonly { readonly rule: ClockifyRule; readonly found: Comparison }[];
}

/** One listing for all sources. `projectOf`: the rule's project by id, where there is one. */
export async function readComparison(
  context: Context,
  { config, api, account, workspace }: Place,
  projectOf: (rule: ClockifyRule) => string | undefined,
  days: number,
): Promise<ComparedSources> {
  const store = await context.store();
  const { timezone } = (await context.config()).app;
  const now = context.clock.now();
  const today = dateAt(now, timezone);
  const span = { from: addDays(today, 1 - days), to: addDays(today, 1) };
  const target = { workspaceId: workspace.id, userId: account.userId };
  const listed = await listEntries(api, target, Date.parse(span.from) - 3 * DAY, now + 3 * DAY);
  const rules = clockifyRules(config, await context.providers(), context.globals.account);
  const rows = store.ledger(SOURCE, `${workspace.id}/${account.userId}`).all();
  const own = rows.filter((row) => row.account === context.globals.account);
  const bySource = Map.groupBy(rules, ({ name }) => name);
  const sessions = [...bySource.values()].flatMap(([first]) =>
    first === undefined ? [] : store.sessions(first.source),
  );
  const { of, withoutRule } = shareOut(rules, sessions, own);
  const sources = [...bySource.values()].map((same) => {
    const compared = same.map((rule) => {
      const sources = {
        settings: rule.settings,
        account,
        workspace,
        now,
        labels: () => ({ projectId: projectOf(rule) }),
      };
      return { ...(of.get(rule) as Share), style: styleOf(sources)(rule.word) };
    });
    const theirs = new Set(compared.flatMap((one) => one.rows));
    const others = new Set(rows.flatMap((row) => (theirs.has(row) ? [] : (row.remoteId ?? []))));
    const entries = listed.filter(({ remoteId }) => !others.has(remoteId));
    return { rule: same[0] as ClockifyRule, found: compare({ rules: compared, entries, span, now }) };
  });
  const gone = Map.groupBy(
    withoutRule.filter(({ state }) => state === 'done'),
    ({ provider, resource }) => `${provider}.${resource}`,
  );
  const left = [...gone].map(([source, { length }]) => ({ source, entries: length }));
  return { all: { ...sumOf(sources.map(({ found }) => found)), withoutRule: left }, sources };
}
