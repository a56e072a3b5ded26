/**
 * npm run bench -- [--only first,second,…] [--rounds N] [--json] [--write FILE] [--full-fields] [--program FILE]
 *
 * Measures the built program beside a bare loop on this machine, on loopback alone, and holds the ratios against the
 * goals. Ends with 1 when one is missed, with 2 when it could not be measured.
 */
import { requireBuilt } from './built.ts';
import { machine } from './machine.ts';
import { requireGnuTime } from './measure.ts';
import { type Options, optionsFrom } from './options.ts';
import { rows } from './rows/index.ts';
import { newStage } from './stage.ts';
import { type Line, tableOf, writeBetweenMarks } from './table.ts';

/** Throws when something that it takes is missing. */
function prepared(): Options {
  const options = optionsFrom(process.argv.slice(2));
  const names = Object.keys(rows);
  const wrong = options.only?.find((name) => !names.includes(name));
  if (wrong !== undefined) throw new Error(`--only: there is no "${wrong}"; there are ${names.join(', ')}`);
  requireGnuTime();
  requireBuilt(options.program);
  return options;
}

async function measure(options: Options): Promise<Line[]> {
  const stage = newStage(options);
  const lines: Line[] = [];
  try {
    for (const [name, row] of Object.entries(rows)) {
      if (options.only !== undefined && !options.only.includes(name)) continue;
      stage.say(`${name} …`);
      const found = await row(stage);
      for (const { what, measured, goal, ok } of found)
        stage.say(`  ${what}: ${measured} (${goal})${ok === false ? ' MISSED' : ''}`);
      lines.push(...found);
    }
    return lines;
  } finally {
    await stage.close();
  }
}

// What was put into the temporary folder goes when the process exits by itself.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  const options = prepared();
  const lines = await measure(options);
  const result = `${machine(options)}\n\n${tableOf(lines)}`;
  if (options.write !== undefined) writeBetweenMarks(options.write, result);
  process.stdout.write(
    options.json ? `${JSON.stringify({ machine: machine(options), lines }, null, 2)}\n` : `${result}\n`,
  );
  process.exitCode = lines.some(({ ok }) => ok === false) ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  // A server of a row that broke may still listen.
  process.exit(2);
}
