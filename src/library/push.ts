import { type ClockifyRule, clockifyRules, refuseUnknownSources, ruleTitle } from '../cli/rules.ts';
import { type PlanRow, planRows } from '../cli/sync/plan.ts';
import type { Section } from '../core/config/section.ts';
import { InterruptedError, ProgramError } from '../core/errors.ts';
import { isClosedWindow, verdict } from '../core/outcome.ts';
import { isActive } from '../core/push/prepare.ts';
import type { SkipReason } from '../core/push/step.ts';
import { type PlacedRule, type PushedRule, pushAll } from '../core/pushAll.ts';
import { type ClockifyConfig, clockifySection } from '../destinations/clockify/config.ts';
import { SOURCE } from '../destinations/clockify/name.ts';
import { type ClockifyWorkspace, openWorkspace } from '../destinations/clockify.ts';
import { insideOf } from './inside.ts';
import type { RunOptions } from './options.ts';
import { type DateRange, spanFrom } from './range.ts';
import { clockOf, recorded, stoppable } from './run.ts';
import { accountFrom, optionsFrom, settingsFrom } from './settings.ts';
import type { HealthStore } from './store.ts';

export interface PushOptions extends RunOptions {
  readonly store: HealthStore;
  /** The section `[clockify]`, with the keys of the configuration file; `rules` is a list of objects. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Default `default`. */
  readonly account?: string | undefined;
  /** Only nights and sessions of these days; default: everything pending. */
  readonly range?: DateRange | undefined;
  /** Nothing is written there and nothing noted here: the plan is in the result. */
  readonly dryRun?: boolean | undefined;
  /** Overwrite entries that were edited there and make deleted ones again. */
  readonly force?: boolean | undefined;
  /** Apply changed texts, projects, types and minimums to old entries. */
  readonly restyle?: boolean | undefined;
  /** Go on although suspiciously many entries would be deleted. */
  readonly allowDeletes?: boolean | undefined;
}

/** One line of a plan. */
export interface PlannedEntry {
  /** `create`, `update`, `delete`, `adopt`, `keep (edited there)`, … */
  readonly action: string;
  /** Local date the session counts for. */
  readonly day: string;
  /** UTC, ISO 8601; empty where there is none. */
  readonly start: string;
  readonly end: string;
  readonly text: string;
}

export interface EntryCounts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly adopted: number;
  /** Edited by the person: left alone. */
  readonly kept: number;
  /** Deleted by the person: not made again. */
  readonly deletedThere: number;
  /** Locked, or declined by the service. */
  readonly blocked: number;
}

/** Sleep, or one of the configured rules. */
export interface PushedEntries {
  /** `oura.sleep`, `strava.activities`, … */
  readonly source: string;
  /** False: planned without asking Clockify. */
  readonly checked: boolean;
  readonly plan: readonly PlannedEntry[];
  /** What was done; undefined after a dry run, or when nothing could be tried. */
  readonly counts: EntryCounts | undefined;
  /** Sessions that get no entry, by the reason. */
  readonly skipped: Readonly<Record<'type' | 'short' | 'early' | 'invalid', number>>;
  /** Entries that are as they should be. */
  readonly unchanged: number;
  /** Left for a later call. */
  readonly pending: number;
  readonly error: ProgramError | undefined;
}

export interface PushReport {
  readonly dryRun: boolean;
  readonly entries: readonly PushedEntries[];
  /** What the push as a whole ended with; undefined: well. */
  readonly error: ProgramError | undefined;
}

const OPTIONS: readonly (keyof PushOptions)[] = [
  'store',
  'config',
  'account',
  'range',
  'dryRun',
  'force',
  'restyle',
  'allowDeletes',
  'signal',
  'clock',
];

/**
 * Writes stored sleep, and what rules name, into Clockify as the command `sync` does; nobody is asked. Whatever stands
 * in the way is in the result. Throws UsageError, LockedError and StoreError before anything was sent.
 */
export async function push(options: PushOptions): Promise<PushReport> {
  optionsFrom(options, OPTIONS);
  const { store, providers } = insideOf(options.store);
  const account = accountFrom(options.account);
  const scope = spanFrom(options.range);
  const config = settingsFrom<ClockifyConfig>(clockifySection as Section, options.config);
  refuseUnknownSources({ file: 'config', section: <C>() => config as C }, providers);
  const clock = clockOf(options);
  const signal = stoppable(options.signal);
  const dryRun = options.dryRun === true;
  return recorded(store, 'push', clock, async (wire) => {
    const rules = clockifyRules(config, providers, account);
    try {
      const place = await openWorkspace({
        config,
        store,
        wire,
        clock,
        signal,
        wait: false,
        readOnly: dryRun,
      });
      const pushed = await pushAll({
        rules: rules.map((rule) => placedAt(place, rule)),
        list: place.list,
        sessions: (source) => store.sessions(source),
        account,
        ledger: store.ledger(SOURCE, place.target),
        clock,
        scope,
        force: options.force === true,
        restyle: options.restyle === true,
        allowDeletes: options.allowDeletes === true,
        dryRun,
      });
      return { dryRun, ...reported(pushed.rules.map(entriesOf)) };
    } catch (error) {
      if (error instanceof InterruptedError || !(error instanceof ProgramError)) throw error;
      return { dryRun, entries: [], error };
    }
  });
}

interface Placed extends PlacedRule {
  readonly rule: ClockifyRule;
}

function placedAt(place: ClockifyWorkspace, rule: ClockifyRule): Placed {
  const under = place.under(rule.settings, ruleTitle(rule));
  return {
    rule,
    source: rule.source,
    style: place.style(rule.settings, rule.word, () => under.labels),
    destination: under.destination,
    settle: async () => void (await under.settle()),
  };
}

const NOTHING_SKIPPED: Readonly<Record<SkipReason, number>> = { type: 0, short: 0, early: 0, invalid: 0 };

function entriesOf({ rule, plan, result, error }: PushedRule<Placed>): PushedEntries {
  const rows: readonly PlanRow[] = plan === undefined ? [] : planRows(plan);
  return {
    source: rule.rule.name,
    checked: plan?.checked ?? false,
    plan: rows,
    counts: result?.counts,
    skipped: plan?.skipped ?? NOTHING_SKIPPED,
    unchanged: plan?.unchanged ?? 0,
    pending: result?.pending ?? plan?.steps.filter(isActive).length ?? 0,
    error,
  };
}

function reported(entries: readonly PushedEntries[]): Pick<PushReport, 'entries' | 'error'> {
  const endings = entries.map(({ source, error }) => ({
    source,
    error,
    onlyClosedWindow: isClosedWindow(error),
  }));
  return { entries, error: verdict(endings) };
}
