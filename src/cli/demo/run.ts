import { UsageError } from '../../core/errors.ts';
import type { DemoFlags } from '../commands/demo.ts';
import type { Context } from '../context.ts';
import type { SyncFlags } from '../sync/flags.ts';
import type { syncReport } from '../sync/report.ts';
import { runSync } from '../sync/run.ts';
import { changeNights } from './changes.ts';
import { checkEntries } from './check.ts';
import { takePlace } from './place.ts';
import { askDatabase } from './query.ts';
import { demoReport } from './report.ts';
import { signInAlone } from './signIn.ts';
import { DAYS, openStage, type Stage } from './stage.ts';

/** The object that `sync --json` prints. */
export type Synced = ReturnType<typeof syncReport>['object'];

/** Plays a week with a ring on invented data. Throws what the first failing step threw. */
export async function runDemo(context: Context, flags: DemoFlags): Promise<void> {
  const { config, db } = context.globals;
  if (config !== undefined || db !== undefined) {
    throw new UsageError('the demo brings its own configuration and database: leave out --config and --db', {
      hint: 'To choose where it puts them: --dir FOLDER.',
    });
  }
  const place = takePlace(flags.dir);
  try {
    const stage = await openStage(context, place);
    try {
      const { object, text } = demoReport(place, await play(context, stage));
      context.terminal.result(object, text);
    } finally {
      await stage.close();
    }
  } finally {
    place.release();
  }
}

/** What happened, step by step. */
export type Story = Awaited<ReturnType<typeof play>>;

async function play({ terminal }: Context, stage: Stage) {
  const { context } = stage;
  const began = performance.now();
  const elapsed = () => Math.round((performance.now() - began) / 10) / 100;
  const said = (text: string) => terminal.say(`${elapsed().toFixed(1).padStart(4)} s  ${text}`);
  terminal.say('All of this is invented and stays on this machine: Oura and Clockify are imitations.\n');
  const { granted } = await signInAlone(context);
  said(`signed in to Oura by OAuth, ${granted.length} scopes`);
  const first = await sync(stage);
  said(`fetched ${DAYS} days: ${first.totals.records.created} records of ${first.sources.length} kinds`);
  said(`wrote ${first.push?.created} nights and naps to Clockify`);
  const checked = await checkEntries(context);
  said(`checked: each of ${checked.nights} has exactly one entry there`);
  const setUp = traffic(stage);
  const changes = await changeNights(stage);
  for (const { day, what } of changes) said(`the night of ${day}, ${what}`);
  const second = await sync(stage);
  const nightly = since(setUp, traffic(stage));
  said('synced again');
  const checkedAgain = await checkEntries(context);
  said(`checked: each of ${checkedAgain.nights} has exactly one entry there\n`);
  const query = askDatabase(await context.store());
  return {
    granted,
    first,
    checked,
    changes,
    second,
    checkedAgain,
    setUp,
    nightly,
    query,
    seconds: elapsed(),
  };
}

/** The real command, as cron would run it. */
async function sync({ context, terminal }: Stage): Promise<Synced> {
  const flags: SyncFlags = { push: true, yes: true };
  await runSync(context, [], flags);
  return terminal.results.at(-1) as Synced;
}

export interface Traffic {
  readonly ouraRequests: number;
  readonly clockifyRequests: number;
  readonly clockifyWrites: number;
}

function traffic({ oura, clockify }: Stage): Traffic {
  return {
    ouraRequests: oura.requests.length,
    clockifyRequests: clockify.requests.length,
    clockifyWrites: clockify.writes().length,
  };
}

function since(before: Traffic, after: Traffic): Traffic {
  return {
    ouraRequests: after.ouraRequests - before.ouraRequests,
    clockifyRequests: after.clockifyRequests - before.clockifyRequests,
    clockifyWrites: after.clockifyWrites - before.clockifyWrites,
  };
}
