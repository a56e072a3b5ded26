/**
 * npm run bench -- [--only first,second,…] [--rounds N] [--json] [--write FILE] [--full-fields] [--program FILE]
 *
 * Measures the built program beside a bare loop on this machine, on loopback alone, and holds the ratios against the
 * goals. Ends with 1 when one is missed.
 */
import { requireBuilt } from './built.ts';
import { machine } from './machine.ts';
import { requireGnuTime } from './measure.ts';
import { optionsFrom } from './options.ts';
import { rows } from './rows/index.ts';
import { newStage } from './stage.ts';
import { type Line, tableOf } from './table.ts';

const options = optionsFrom(process.argv.slice(2));
const names = Object.keys(rows);
const wrong = options.only?.find((name) => !names.includes(name));
if (wrong !== undefined) throw new Error(`--only: there is no "${wrong}"; there are ${names.join(', ')}`);
requireGnuTime();
requireBuilt(options.program);

const stage = newStage(options);
const lines: Line[] = [];
try {
  for (const [name, measure] of Object.entries(rows)) {
    if (options.only !== undefined && !options.only.includes(name)) continue;
    stage.say(`${name} …`);
    const found = await measure(stage);
    for (const { what, measured, goal, ok } of found)
      stage.say(`  ${what}: ${measured} (${goal}) ${ok ? '' : 'MISSED'}`);
    lines.push(...found);
  }
} finally {
  await stage.close();
}
const facts = machine(options);
process.stdout.write(
  options.json
    ? `${JSON.stringify({ machine: facts, lines }, null, 2)}\n`
    : `${facts}\n\n${tableOf(lines)}\n`,
);
process.exitCode = lines.every(({ ok }) => ok) ? 0 : 1;
