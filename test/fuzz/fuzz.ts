/**
 * Feeds the program what nobody would send in good faith: damaged replies of every service, callbacks and pasted lines
 * that are not the answer, configurations, environment files and command lines.
 *
 * npm run fuzz -- [--replies 1000000] [--callbacks 100000] [--seed S] [--only oura,withings,…,writes,renewals,callbacks,pastes,configs,environment,commands]
 */
import { parseArgs } from 'node:util';
import { kindOf } from './finding.ts';
import { play } from './rounds.ts';
import { SUBJECTS } from './subjects.ts';
import { type Tally, table } from './tally.ts';
import { watch } from './watchdog.ts';

const { values } = parseArgs({
  options: {
    replies: { type: 'string', default: '1000000' },
    callbacks: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    only: { type: 'string' },
  },
});
const [replies, callbacks, seed] = [values.replies, values.callbacks, values.seed].map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is no whole number`);
  return number;
}) as [number, number, number];
const names = SUBJECTS.map(({ name }) => name);
const only = values.only?.split(',') ?? names;
const unknown = only.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`--only takes ${names.join(', ')}`);

const log = (line: string) => process.stderr.write(`${line}\n`);
log(`seed ${seed}`);
const watchdog = watch();
const tallies: Tally[] = [];
for (const { name, of, share, make } of SUBJECTS) {
  if (!only.includes(name)) continue;
  const subject = await make();
  const cases = Math.round((of === 'replies' ? replies : callbacks) * share);
  const tally = await play(subject, { cases, seed, log, onCase: watchdog.sees });
  tallies.push(tally);
  try {
    await subject.end?.();
  } catch (error) {
    tally[kindOf(error)] += 1;
    tally.problems.push(`${name}, at its end: ${error instanceof Error ? error.stack : error}`);
  }
}
await watchdog.stop();
const problems = tallies.flatMap((tally) => tally.problems);
process.stdout.write(`${[`seed ${seed}`, ...table(tallies), ...problems].join('\n')}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
