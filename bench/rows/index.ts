import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';
import { firstRow } from './first.ts';

/** By the name that `--only` takes, in the order of the table. */
export const rows: Readonly<Record<string, (stage: Stage) => Promise<Line[]>>> = {
  first: firstRow,
};
