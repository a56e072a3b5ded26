import { ProgramError, StoreError } from '../../core/errors.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { runHint } from '../../program.ts';
import { Store } from '../../store/store.ts';
import type { VerifyFlags } from '../commands/verify.ts';
import type { Context } from '../context.ts';
import { originsOf } from '../origins.ts';
import { wholeNumber } from '../range.ts';
import { checkClock } from './clock.ts';
import { type ClockifyChecked, checkClockify } from './clockify.ts';
import { checkCron } from './cron.ts';
import { checkDatabase, unusable } from './database.ts';
import { checkFiles } from './files.ts';
import { type Finding, failed, guarded, ok, warning } from './finding.ts';
import { checkFreshness, type Freshness, readFreshness } from './freshness.ts';
import { checkJournal } from './journal.ts';
import { verifyObject, verifyText, worst } from './report.ts';
import { checkRuns } from './runs.ts';
import { checkSource } from './sources.ts';

/** A run that goes on for longer than its own limit and this is not at work any more (milliseconds). */
const GRACE = 5 * 60_000;

/** Throws the worst of what was found, after the report was printed. */
export async function runVerify(context: Context, flags: VerifyFlags): Promise<void> {
  const days = wholeNumber('--days', flags.days, 1, 36_500);
  const { signal, clear } = await deadline(context);
  const checked = new Checked(context, days, signal);
  try {
    await checked.everything();
  } finally {
    clear();
  }
  const { findings } = checked;
  const verified = { ...checked.result(), at: context.clock.now(), days };
  context.terminal.result(verifyObject(verified), verifyText(findings, context.terminal));
  const ended = worst(findings);
  if (ended !== undefined) throw ended;
}

/** Without a readable configuration nothing is asked of anybody that could take long. */
async function deadline(context: Context): Promise<{ signal: AbortSignal; clear: () => void }> {
  return context.runSignal().catch((error: unknown) => {
    if (!(error instanceof ProgramError)) throw error;
    return { signal: context.signal, clear: () => {} };
  });
}

/** One verification: what was found so far. */
class Checked {
  readonly findings: Finding[] = [];
  readonly #context: Context;
  readonly #days: number;
  readonly #signal: AbortSignal;
  #resources: readonly Freshness[] = [];
  #clockify: ClockifyChecked | undefined;

  constructor(context: Context, days: number, signal: AbortSignal) {
    this.#context = context;
    this.#days = days;
    this.#signal = signal;
  }

  result() {
    return {
      findings: this.findings,
      resources: this.#resources,
      comparison: this.#clockify?.comparison,
    };
  }

  async everything(): Promise<void> {
    if (!(await this.#configuration())) return;
    const config = await this.#context.config();
    this.findings.push(...checkFiles(config), ...checkJournal(config.app.db));
    const store = await this.#openStore(config.app.db);
    const sound = store !== undefined && (await this.#database(store, config.app.runDeadlineMs));
    this.findings.push(...checkCron(config, this.#context.globals.config));
    if (sound) await this.#services();
    else this.findings.push(warning('services', 'not asked: the database is needed for that'));
  }

  /** Whether it may be written to: a new token must not land in a damaged file. */
  async #database(store: Store, runDeadline: number): Promise<boolean> {
    let sound = false;
    await this.#add('database', () => {
      const { findings, isSound } = checkDatabase(store);
      sound = isSound;
      return findings;
    });
    await this.#add('runs', () => checkRuns(store.runs, this.#context.clock.now(), runDeadline + GRACE));
    return sound;
  }

  async #configuration(): Promise<boolean> {
    try {
      const config = await this.#context.requireConfig();
      this.findings.push(ok('configuration', config.file ?? 'from the environment alone'));
      this.findings.push(ok('configuration', originsOf(config)));
      for (const { file, provider } of await this.#context.plugins())
        this.findings.push(ok('configuration', `the plugin "${provider.id}" was loaded from ${file}`));
      for (const note of config.notes) this.findings.push(warning('configuration', note));
      return true;
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      this.findings.push(failed('configuration', error));
      return false;
    }
  }

  async #openStore(path: string): Promise<Store | undefined> {
    const isNew = !Store.exists(path);
    try {
      const store = await this.#context.store();
      if (isNew)
        this.findings.push(
          warning('database', `there was none at ${path}: an empty one was made`, runHint('sync')),
        );
      return store;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.findings.push(unusable(path, error));
      return undefined;
    }
  }

  /** What needs the network, one after the other: the clock is compared with the latest reply. */
  async #services(): Promise<void> {
    const context = this.#context;
    const config = await context.config();
    const wire = await context.wire();
    const enabled = (await context.providers()).filter((provider) =>
      provider.enabled(config.section(provider.id)),
    );
    if (enabled.length === 0)
      this.findings.push(warning('configuration', 'no source is enabled', runHint('init')));
    let clock = checkClock(undefined, 0);
    for (const provider of enabled) {
      // Where it is written to as well, the key is checked once, with the workspace.
      if (provider.id !== SOURCE || config.section<ClockifyConfig>(SOURCE).enabled !== true)
        await this.#add(provider.id, () => checkSource(context, provider, this.#signal));
      if (clock.level === 'warning') clock = checkClock(wire.latestDate, context.clock.now());
      await this.#add('freshness', async () => {
        const read = await readFreshness(context, provider);
        this.#resources = [...this.#resources, ...read];
        return checkFreshness(provider, read);
      });
    }
    await this.#add('clockify', async () => {
      this.#clockify = await checkClockify(context, this.#days, this.#signal);
      return this.#clockify.findings;
    });
    if (clock.level === 'warning') clock = checkClock(wire.latestDate, context.clock.now());
    this.findings.push(clock);
  }

  async #add(area: string, check: () => Promise<readonly Finding[]> | readonly Finding[]): Promise<void> {
    const { db } = (await this.#context.config()).app;
    this.findings.push(...(await guarded(area, db, check)));
  }
}
