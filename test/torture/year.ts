/**
 * The simulated year: runs over 365 days in one process, with real sockets and a virtual clock, among faults, late,
 * changed and removed records, edits in Clockify, journeys, and tokens that live a day.
 *
 * npm run year -- [--seed 1] [--seeds N] [--hourly] [--days 365]
 */
import { parseArgs } from 'node:util';
import { KINDS } from './tally.ts';
import { liveYear, type Year } from './year/live.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    days: { type: 'string', default: '365' },
    hourly: { type: 'boolean', default: false },
  },
});
const [first, count, days] = [values.seed, values.seeds, values.days].map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is no whole number`);
  return number;
}) as [number, number, number];

const HEADS = [
  'seed',
  'runs',
  'good',
  'requests',
  'faults',
  'late',
  'changed',
  'removed',
  'edited',
  'deleted',
];
const line = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(9)).join('');

function cellsOf(seed: number, { tally, counts, runs, good, requests, signIns }: Year): number[] {
  const { late, changed, removed, edited, deleted } = counts;
  const events = [late, changed, removed, edited, deleted, signIns];
  return [seed, runs, good, requests, tally.faults, ...events, ...KINDS.map((kind) => tally[kind])];
}

process.stdout.write(`${line([...HEADS, 'sign-ins', ...KINDS])}\n`);
const problems: string[] = [];
for (let seed = first; seed < first + count; seed += 1) {
  const year = await liveYear({ seed, days, hourly: values.hourly });
  process.stdout.write(`${line(cellsOf(seed, year))}\n`);
  problems.push(...year.tally.problems);
}
process.stdout.write(problems.map((problem) => `${problem}\n`).join(''));
process.exitCode = problems.length === 0 ? 0 : 1;
