import type { Span } from '../../core/coverage.ts';
import { InterruptedError, ProgramError, TemporaryError, UsageError } from '../../core/errors.ts';
import { isActive } from '../../core/push/prepare.ts';
import type { Plan } from '../../core/push/step.ts';
import { type PlacedRule, type PushedRule, pushAll } from '../../core/pushAll.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { type ClockifyWorkspace, openWorkspace, type Under } from '../../destinations/clockify.ts';
import { readStatus } from '../../store/status.ts';
import type { Context } from '../context.ts';
import { confirm } from '../prompt.ts';
import { type ClockifyRule, clockifyRules, pendingBySource, ruleTitle } from '../rules.ts';
import type { SyncFlags } from './flags.ts';
import { planTable } from './plan.ts';
import { together } from './rounds.ts';

/** What one rule did, for the report. */
export interface ShownRule extends Omit<PushedRule<unknown>, 'rule'> {
  readonly rule: ClockifyRule;
  /** The project that a real run would make first. */
  readonly wouldCreateProject: string | undefined;
}

/** What the push did, for the report. */
export interface Shown {
  /** In the order they were carried out. */
  readonly rules: readonly ShownRule[];
  /** Entries whose source no rule names any more, which stay as they are. */
  readonly withoutRule: readonly { readonly source: string; readonly entries: number }[];
  /** Why no rule at all could be tried. */
  readonly error: ProgramError | undefined;
  /** Sessions without an entry, where not even a plan could be made. */
  readonly unplanned: number;
  readonly dryRun: boolean;
  readonly pace: { readonly opensAt: number; readonly perHour: number | undefined } | undefined;
}

/**
 * undefined: pushing is not set up. Rejects only with InterruptedError or our own fault.
 * With --wait it goes on when a closed window opens, each time from a fresh listing: what the person did there in the
 * meantime must not be overwritten from an old one.
 */
export async function pushSessions(
  context: Context,
  flags: SyncFlags,
  scope: Span | undefined,
  signal: AbortSignal,
): Promise<Shown | undefined> {
  const config = (await context.config()).section<ClockifyConfig>('clockify');
  if (config.enabled !== true) return undefined;
  let shown = await pushOnce(context, config, flags, scope, signal);
  for (let at = opensAt(shown); flags.wait === true && at !== undefined; at = opensAt(shown)) {
    await context.clock.sleep(Math.max(0, at - context.clock.now()), signal);
    shown = together(shown, await pushOnce(context, config, flags, scope, signal));
  }
  return shown;
}

/** Every trouble of the push, the first one first. */
export function troubles({ error, rules }: Shown): ProgramError[] {
  return [error, ...rules.map((one) => one.error)].filter((one) => one !== undefined);
}

/** When a closed window opens (UTC epoch milliseconds); undefined: none stood in the way. */
export function opensAt(shown: Shown): number | undefined {
  const times = troubles(shown).map((error) => (error instanceof TemporaryError ? error.retryAt : undefined));
  return times.find((at) => at !== undefined);
}

async function pushOnce(
  context: Context,
  config: ClockifyConfig,
  flags: SyncFlags,
  scope: Span | undefined,
  signal: AbortSignal,
): Promise<Shown> {
  const dryRun = flags.dryRun === true;
  const { clock, globals } = context;
  const store = await context.store();
  const rules = clockifyRules(config, await context.providers(), globals.account);
  try {
    const wire = await context.wire();
    const place = await openWorkspace({ config, store, wire, clock, signal, wait: false, readOnly: dryRun });
    const placed = rules.map((rule) => placedAt(place, rule));
    const { rules: pushed, withoutRule } = await pushAll({
      rules: placed,
      list: place.list,
      sessions: (source) => store.sessions(source),
      account: globals.account,
      ledger: store.ledger(placed[0]?.destination.id ?? '', place.target),
      clock,
      scope,
      force: flags.force === true,
      restyle: flags.restyle === true,
      allowDeletes: flags.allowDeletes === true,
      dryRun,
      confirm: async ({ rule }, plan, isFirst) => {
        if (isFirst || flags.restyle === true) await showFirst(context, flags, rule, plan, signal);
      },
    });
    const shown = pushed.map(({ rule: { rule, under }, ...done }) => {
      const isMissing = dryRun && under.labels !== undefined && under.labels.projectId === undefined;
      return { ...done, rule, wouldCreateProject: isMissing ? rule.settings.project : undefined };
    });
    const gone = Map.groupBy(
      withoutRule.filter(({ state }) => state === 'done'),
      ({ provider, resource }) => `${provider}.${resource}`,
    );
    return {
      rules: shown,
      withoutRule: [...gone].map(([source, rows]) => ({ source, entries: rows.length })),
      error: undefined,
      unplanned: 0,
      dryRun,
      pace: place.pace(),
    };
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof ProgramError)) throw error;
    const waiting = pendingBySource(readStatus(store.db, globals.account), rules);
    const unplanned = waiting.reduce((sum, { pending }) => sum + pending, 0);
    return { rules: [], withoutRule: [], error, unplanned, dryRun, pace: undefined };
  }
}

interface Placed extends PlacedRule {
  readonly rule: ClockifyRule;
  readonly under: Under;
}

function placedAt(place: ClockifyWorkspace, rule: ClockifyRule): Placed {
  const under = place.under(rule.settings, ruleTitle(rule));
  return {
    rule,
    under,
    source: rule.source,
    style: place.style(rule.settings, rule.word, () => under.labels),
    destination: under.destination,
    settle: async () => void (await under.settle()),
  };
}

/** A rule's very first push and a restyle touch much at once: the plan comes first, and where there is somebody, a question. */
async function showFirst(
  context: Context,
  flags: SyncFlags,
  rule: ClockifyRule,
  plan: Plan,
  signal: AbortSignal,
): Promise<void> {
  const { terminal } = context;
  if (flags.yes === true || (!terminal.isInteractive && flags.restyle !== true)) return;
  terminal.say(planTable(plan, 12));
  if (!terminal.isInteractive) return;
  const count = plan.steps.filter(isActive).length;
  const of = rule.number === null ? '' : ` for rule ${rule.number} (${rule.name})`;
  if (await confirm(terminal, `Write ${count} entries to Clockify like this${of}?`, signal)) return;
  throw new UsageError(`nothing was written to Clockify${of}`, {
    source: 'clockify',
    hint: 'Run it again with --yes, or with --no-push.',
  });
}
