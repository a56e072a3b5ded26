import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dice } from '../../src/sandbox/dice.ts';
import { readCovering } from '../coverage/covering.ts';
import { PARTS, partOf, ROOT } from '../coverage/parts.ts';
import { Checkout } from '../sabotage/checkout.ts';
import { type Chosen, testsFor } from './choose.ts';
import { equivalents } from './equivalent.ts';
import { type Mutant, mutantsOf, mutated } from './mutants.ts';
import { NO_CHILDREN, ORDER } from './vitest.config.ts';

/**
 * `npm run mutation -- --seed S --mutants N`: changes the parts in N small places, one at a time, and counts how many of the
 * changes a test notices. `--only src/store,src/core/push/plan.ts`: of these files alone. `--controls 5`: so many runs of
 * unchanged sources among them, which no test may fail. `--budget 60`: at most so many seconds of tests for each, as measured
 * by `npm run coverage`, which has to come first. `--workers 1`: one copy of the tree instead of two. `--again`: those that survived
 * last time, and no others. Stopped early it reports what it has.
 */
const LEAST = 0.8;
const SURVIVORS = join(ROOT, 'coverage/survivors.json');

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    mutants: { type: 'string', default: '300' },
    only: { type: 'string' },
    controls: { type: 'string', default: '5' },
    budget: { type: 'string', default: '60' },
    workers: { type: 'string', default: '2' },
    again: { type: 'boolean', default: false },
  },
});
const seed = values.seed ?? String(Math.floor(Math.random() * 1e9));
const covering = readCovering();
const { next } = dice('mutation', seed);
const all = [...partOf.keys()].filter(isChosen).flatMap((file) => mutantsOf(file, source(file)));
const worthwhile = all.filter((mutant) => !isEquivalent(mutant));
const drawn = values.again ? survivedBefore() : shuffled(worthwhile).slice(0, Number(values.mutants));
if (drawn.length === 0) throw new Error('no mutant there');
const controls = shuffled(drawn).slice(0, Number(values.controls));

type Outcome = 'killed' | 'timed out' | 'survived' | 'not covered';
const outcomes: { mutant: Mutant; outcome: Outcome }[] = [];
const falseAlarms: string[] = [];

const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
const checkouts: Checkout[] = [];
process.on('exit', () => {
  for (const checkout of checkouts) checkout.stop();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    report();
    process.exit(130);
  });

const waiting = shuffled([
  ...drawn.map((mutant) => ({ mutant, isControl: false })),
  ...controls.map((mutant) => ({ mutant, isControl: true })),
]);
const workers = Math.min(Number(values.workers), availableParallelism(), waiting.length);
for (let index = 0; index < workers; index += 1) checkouts.push(new Checkout(join(folder, `${index}`)));
await Promise.all(checkouts.map(work));
report();

async function work(checkout: Checkout): Promise<void> {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
    const { mutant, isControl } = job;
    const started = performance.now();
    const { outcome, by } = await outcomeOf(checkout, mutant, isControl);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const what = isControl ? `unchanged ${mutant.file}` : shown(mutant);
    console.log(`${outcome.padEnd(11)} ${what} (${seconds} s${by})`);
    if (!isControl) outcomes.push({ mutant, outcome });
    else if (outcome !== 'survived') falseAlarms.push(`${mutant.file}${by}`);
  }
}

async function outcomeOf(
  checkout: Checkout,
  mutant: Mutant,
  isControl: boolean,
): Promise<{ outcome: Outcome; by: string }> {
  const chosen = testsFor(mutant, covering, Number(values.budget) * 1000);
  return checkout.broken(
    mutant.file,
    (sound) => (isControl ? sound : mutated(sound, mutant)),
    async () => {
      let result: { outcome: Outcome; by: string } = { outcome: 'not covered', by: '' };
      for (const tests of chosen) {
        result = await outcomeOfTests(checkout, tests);
        if (result.outcome !== 'survived') break;
      }
      return result;
    },
  );
}

async function outcomeOfTests(
  checkout: Checkout,
  { files, starts, took }: Chosen,
): Promise<{ outcome: Outcome; by: string }> {
  // Generous, for a machine that has other things to do.
  const longest = 60_000 + 4 * took;
  const env = { [ORDER]: files.join(','), ...(!starts && { [NO_CHILDREN]: 'true' }) };
  const started = performance.now();
  const what = ['--config', 'test/mutation/vitest.config.ts', ...files];
  const { kind, output } = await checkout.vitest(what, { longest, env });
  const [, by] = /^.*FAIL.*?(test\/\S+\.test\.ts.*)$/m.exec(output) ?? [];
  if (kind === 'no verdict')
    // No test came to its end: it hangs, or the sources do not even load.
    return { outcome: performance.now() - started >= longest ? 'timed out' : 'killed', by: '' };
  return { outcome: kind, by: by === undefined ? '' : `, ${by.trim()}` };
}

function report(): void {
  const survivors = outcomes.filter(({ outcome }) => outcome === 'survived' || outcome === 'not covered');
  writeFileSync(SURVIVORS, JSON.stringify(survivors.map(({ mutant }) => mutant)));
  console.log('\nsurvived:');
  for (const { mutant, outcome } of survivors)
    console.log(`  ${shown(mutant)}${outcome === 'survived' ? '' : ' (no test runs it)'}`);
  console.log(`\n${'part'.padEnd(14)}  drawn   killed  timed out  survived`);
  const count = (part: string, ...wanted: Outcome[]) =>
    outcomes.filter(
      ({ mutant, outcome }) => (part === '' || partOf.get(mutant.file) === part) && wanted.includes(outcome),
    ).length;
  for (const part of [...Object.keys(PARTS), '']) {
    const [killed, late, left] = [
      count(part, 'killed'),
      count(part, 'timed out'),
      count(part, 'survived', 'not covered'),
    ];
    const sum = killed + late + left;
    if (sum === 0) continue;
    const numbers = `${String(sum).padStart(7)}${String(killed).padStart(9)}${String(late).padStart(11)}${String(left).padStart(10)}`;
    console.log(`${(part || 'all').padEnd(14)}${numbers}   ${share((killed + late) / sum)}`);
  }
  if (outcomes.length === 0) return;
  const noticed = 1 - survivors.length / outcomes.length;
  const [low, high] = interval(noticed, outcomes.length);
  console.log(
    `\n${outcomes.length} of ${worthwhile.length} possible changes, seed ${seed}: ${share(noticed)} noticed;`,
  );
  if (!values.again)
    console.log(`of all of them, with 95 % certainty, between ${share(low)} and ${share(high)}`);
  console.log(`${controls.length - falseAlarms.length} of ${controls.length} unchanged runs passed`);
  for (const line of falseAlarms) console.log(`  failed: ${line}`);
  if (noticed < LEAST || falseAlarms.length > 0) process.exitCode = 1;
}

/** Wilson's, which holds for small samples too. */
function interval(rate: number, size: number): [number, number] {
  const z = 1.96;
  const middle = (rate + z ** 2 / (2 * size)) / (1 + z ** 2 / size);
  const half = (z / (1 + z ** 2 / size)) * Math.sqrt((rate * (1 - rate)) / size + z ** 2 / (4 * size ** 2));
  return [middle - half, middle + half];
}

function share(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

function shown({ file, line, before, after }: Mutant): string {
  const short = (text: string) => {
    const one = text.replace(/\s+/g, ' ');
    return one.length > 70 ? `${one.slice(0, 67)}...` : one;
  };
  return `${file}:${line} ${short(before)} -> ${short(after)}`;
}

/** Where its file has not changed since. */
function survivedBefore(): Mutant[] {
  const before: Mutant[] = JSON.parse(readFileSync(SURVIVORS, 'utf8'));
  return worthwhile.filter((one) =>
    before.some(({ file, start, after }) => file === one.file && start === one.start && after === one.after),
  );
}

function isChosen(file: string): boolean {
  return values.only === undefined || values.only.split(',').some((place) => file.startsWith(place));
}

function isEquivalent(mutant: Mutant): boolean {
  return equivalents.some(
    ({ file, line, before, after }) =>
      file === mutant.file &&
      before === mutant.before &&
      after === mutant.after &&
      source(file).split('\n')[mutant.line - 1]?.trim() === line,
  );
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((one) => ({ one, lot: next() }))
    .sort((a, b) => a.lot - b.lot)
    .map(({ one }) => one);
}

function source(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
