import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dice } from '../../src/sandbox/dice.ts';
import { all } from './all.ts';
import { Checkout, type Verdict } from './checkout.ts';
import { namePattern, type Sabotage } from './sabotage.ts';

/**
 * `npm run sabotage`: breaks the program in one place after the other and expects the test of that id to fail.
 * `--random 20 --seed S`: so many of them. `--only A1,B`: these ids or letters. `--check`: nothing is broken, every test passes.
 * `--workers 1`: one copy of the tree instead of two.
 */
const { values } = parseArgs({
  options: {
    random: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    check: { type: 'boolean', default: false },
    workers: { type: 'string' },
  },
});
const seed = values.seed ?? String(Math.floor(Math.random() * 1e9));
const chosen = choose(
  values.only?.split(','),
  values.random === undefined ? undefined : Number(values.random),
);
if (chosen.length === 0) throw new Error('no sabotage of that name');
const expected: Verdict['kind'] = values.check ? 'survived' : 'killed';

const folder = mkdtempSync(join(tmpdir(), 'sabotage-'));
const checkouts: Checkout[] = [];
process.on('exit', () => {
  for (const checkout of checkouts) checkout.stop();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const waiting = [...chosen];
const unexpected: string[] = [];
const workers = Math.min(Number(values.workers ?? 2), availableParallelism(), chosen.length);
for (let index = 0; index < workers; index += 1) checkouts.push(new Checkout(join(folder, `${index}`)));
await Promise.all(checkouts.map(work));

const seeded = values.random === undefined ? '' : `, seed ${seed}`;
console.log(`\n${chosen.length - unexpected.length} of ${chosen.length} ${expected}${seeded}`);
for (const line of unexpected) console.log(line);
process.exitCode = unexpected.length === 0 ? 0 : 1;

function choose(only: readonly string[] | undefined, count = all.length): readonly Sabotage[] {
  const named = all.filter(
    ({ id }) => only === undefined || only.includes(id) || only.includes(id.charAt(0)),
  );
  if (count >= named.length) return named;
  const { next } = dice('sabotage', seed);
  const drawn = named.map((sabotage) => ({ sabotage, lot: next() })).sort((a, b) => a.lot - b.lot);
  return drawn.slice(0, count).map(({ sabotage }) => sabotage);
}

async function work(checkout: Checkout): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const started = performance.now();
    const { kind, output } = await verdictOf(checkout, next);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const line = `${kind.padEnd(10)} ${next.id.padEnd(4)} ${next.file}: ${firstLine(next.find)}`;
    console.log(`${line} (${seconds} s, ${next.test})`);
    if (kind === expected) continue;
    unexpected.push(line);
    console.log(output);
  }
}

function verdictOf(checkout: Checkout, sabotage: Sabotage): Promise<Verdict> {
  return values.check ? checkout.run(sabotage.test, namePattern(sabotage)) : checkout.try(sabotage);
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] as string;
}
