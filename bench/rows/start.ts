import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { atMost, medianOf, notMeasured, shown } from '../figures.ts';
import { inTurn, wallOf } from '../measure.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';

const BUNDLE = 'single file / node on the bundle';

export async function startRow(stage: Stage): Promise<Line[]> {
  const place = stage.place({});
  const node = (args: readonly string[]) => wallOf({ file: process.execPath, args, cwd: place.folder });
  const bundle = `${stage.options.program}.cjs`;
  const sides = {
    node: () => node(['-e', '0']),
    version: () => wallOf(stage.program(place, ['--version'])),
    help: () => wallOf(stage.program(place, ['--help'])),
    bundled: () => (existsSync(bundle) ? node([bundle, '--version']) : Promise.resolve(Number.NaN)),
  };
  await inTurn(1, sides);
  const found = await inTurn(stage.options.rounds * stage.options.sizes.starts, sides);
  place.remove();
  const line = (what: string, of: readonly number[], by: readonly number[], limit: number) =>
    atMost(what, medianOf(of) / medianOf(by), limit, '', `${milliseconds(of)} : ${milliseconds(by)}`);
  return [
    line('--version / node -e 0', found.version, found.node, 1.6),
    line('--help / node -e 0', found.help, found.node, 1.6),
    Number.isNaN(found.bundled[0])
      ? notMeasured(BUNDLE, `there is no ${basename(bundle)} beside it`)
      : line(BUNDLE, found.version, found.bundled, 1.1),
  ];
}

const milliseconds = (seconds: readonly number[]) =>
  shown(
    seconds.map((value) => value * 1000),
    'ms',
  );
