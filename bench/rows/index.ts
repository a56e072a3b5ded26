import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';
import { configRow } from './config.ts';
import { firstRow, latencyRow, sizeRow } from './first.ts';
import { linearRow, memoryRow } from './growth.ts';
import { largeRow } from './large.ts';
import { lockRow } from './lock.ts';
import { nightlyRow } from './nightly.ts';
import { planRow } from './plan.ts';
import { pushRow } from './push.ts';
import { secondRow } from './second.ts';
import { sevenRow } from './seven.ts';
import { startRow } from './start.ts';
import { tokenRow } from './token.ts';

/** By the name that `--only` takes, in the order of the table. */
export const rows: Readonly<Record<string, (stage: Stage) => Promise<Line[]>>> = {
  first: firstRow,
  latency: latencyRow,
  second: secondRow,
  size: sizeRow,
  memory: memoryRow,
  linear: linearRow,
  large: largeRow,
  start: startRow,
  push: pushRow,
  nightly: nightlyRow,
  plan: planRow,
  seven: sevenRow,
  config: configRow,
  token: tokenRow,
  lock: lockRow,
};
