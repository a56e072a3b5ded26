import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { amount, atMost, medianOf } from '../figures.ts';
import { inTurn, type Run, succeeded } from '../measure.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';

const KIB = 1024;
const LIMIT = 50;
/** Understood, nobody signed in; or refused. */
const UNDERSTOOD = [0, 2, 3];
const REFUSED = [2];

/** Files of so many bytes that a parser might stumble over. */
const SHAPES: Readonly<Record<string, (size: number) => string>> = {
  comments: (size) => '# nothing to see here\n'.repeat(size / 22),
  'one text': (size) => `[oura]\nclient_id = "${'x'.repeat(size - 30)}"\n`,
  rules: (size) => '[[clockify.rules]]\nsource = "oura.workout"\nproject = "Sport"\n'.repeat(size / 61),
  'nested lists': (size) => `x = ${'['.repeat(size / 2 - 8)}${']'.repeat(size / 2 - 8)}\n`,
  'dotted keys': (size) => `${'a.'.repeat(size / 2 - 8)}a = 1\n`,
};

/** What CPU `check-token` takes more with such a file than with an empty one. */
export async function configRow(stage: Stage): Promise<Line[]> {
  const place = stage.place({});
  const small = writeAs(place.folder, 'small.toml', '');
  const files = Object.entries(SHAPES).map(
    ([name, shape]) => [name, writeAs(place.folder, `${name}.toml`, shape(64 * KIB))] as const,
  );
  // Refused by its size alone, whatever is in it.
  const large = writeAs(place.folder, 'large.toml', '# nothing to see here\n'.repeat(45_000));
  const read = (file: string, codes: readonly number[]) => () =>
    succeeded(stage.program(place, ['--config', file, 'check-token']), codes);
  const sides = {
    small: read(small, UNDERSTOOD),
    large: read(large, REFUSED),
    ...Object.fromEntries(files.map(([name, file]) => [name, read(file, UNDERSTOOD)])),
  };
  await inTurn(1, sides);
  const runs: Record<string, Run[]> = await inTurn(stage.options.rounds * stage.options.sizes.starts, sides);
  place.remove();
  const extra = (name: string) => (cpuOf(runs[name] ?? []) - cpuOf(runs.small ?? [])) * 1000;
  const names = Object.keys(SHAPES);
  const figures = names.map((name) => `${name} ${amount(extra(name), 'ms')}`).join(', ');
  return [
    atMost(
      'H3 reading a configuration of 64 KiB: CPU beyond that of an empty one',
      Math.max(...names.map(extra)),
      LIMIT,
      'ms',
      figures,
    ),
    atMost('H3 refusing one of 1 MB: the same', extra('large'), LIMIT, 'ms', 'by its size'),
  ];
}

const cpuOf = (runs: readonly Run[]) => medianOf(runs.map(({ cpu }) => cpu));

function writeAs(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
