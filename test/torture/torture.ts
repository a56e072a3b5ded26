/**
 * The fault laboratory: runs the program among kills and faults of the services, again to its end, and compares its
 * database and Clockify with the truth of the imitations.
 *
 * npm run torture -- [--trials 500] [--seed S] [--jobs 3] [--only kills|faults|both|failpoints|tokens] [--blows 3] [--household N]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleProgram } from '../support/programBundle.ts';
import { newTally, type Tally, table } from './tally.ts';

const PARTS = ['kills', 'faults', 'both', 'failpoints', 'tokens'] as const;

type Row = [name: string, tally: Tally];

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    jobs: { type: 'string', default: '3' },
    only: { type: 'string' },
    // Bad runs in a row before the one to the end, at most.
    blows: { type: 'string', default: '3' },
    // This one alone, to repeat what was found with it; 0: all.
    household: { type: 'string', default: '0' },
  },
});
const [trials, seed, jobs, blows, household] = [
  values.trials,
  values.seed,
  values.jobs,
  values.blows,
  values.household,
].map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is no whole number`);
  return number;
}) as [number, number, number, number, number];
const only = PARTS.find((part) => part === values.only);
if (values.only !== undefined && only === undefined) throw new Error(`--only takes ${PARTS.join(', ')}`);

const log = (line: string) => process.stderr.write(`${line}\n`);
/** A killed process loses nothing that the kernel has, so a disk would only be waited for. */
const MEMORY = '/dev/shm';
const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'torture-'));
process.env.TMPDIR = folder;
try {
  log(`seed ${seed}`);
  await bundleProgram(folder);
  const rows = await played();
  const total = newTally();
  for (const [, tally] of rows) add(total, tally);
  const lines = [`seed ${seed}`, ...table([...rows, ['all', total]]), ...total.problems];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = total.problems.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function played(): Promise<Row[]> {
  // They look for the bundle when they are loaded.
  const { failpointKills, failpoints, randomTrials } = await import('./kill.ts');
  const rows: Row[] = [];
  const random = (['kills', 'faults', 'both'] as const).filter((kind) => only === undefined || kind === only);
  // Together so many; those about tokens are the quick ones.
  const each = only === undefined ? Math.ceil(trials / 5) : trials;
  const tokens = only === undefined ? trials - 3 * each : trials;
  for (const kind of random) {
    const options = { kind, trials: each, seed, jobs, blows, household, log };
    rows.push([kind, await randomTrials(options)]);
  }
  if (only === undefined || only === 'tokens') {
    const { tokenTrials } = await import('./tokens.ts');
    rows.push(['tokens', await tokenTrials({ trials: tokens, seed, log })]);
  }
  if (only === 'failpoints')
    for (const name of failpoints()) rows.push([name, await failpointKills(name, seed)]);
  return rows;
}

function add(total: Tally, { problems, ...numbers }: Tally): void {
  for (const [key, number] of Object.entries(numbers) as [keyof typeof numbers, number][])
    total[key] += number;
  total.problems.push(...problems);
}
