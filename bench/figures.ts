import { type Spread, spread } from './measure.ts';
import type { Line } from './table.ts';

/** A measured number against the most it may be. */
export function atMost(what: string, value: number, limit: number, unit: string, figures: string): Line {
  return {
    what,
    measured: amount(value, unit),
    goal: `<= ${limit}${spaced(unit)}`,
    ok: value <= limit,
    figures,
  };
}

export function notMeasured(what: string, why: string): Line {
  return { what, measured: '-', goal: '-', ok: undefined, figures: why };
}

export function amount(value: number, unit: string): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)}${spaced(unit)}`;
}

const spaced = (unit: string) => (unit === '' ? '' : ` ${unit}`);

/** `1.52 s (1.49-1.60)`. */
export function shown(values: readonly number[], unit: string): string {
  const { median, min, max } = spread(values);
  return values.length === 1
    ? amount(median, unit)
    : `${amount(median, unit)} (${amount(min, '')}-${amount(max, '')})`;
}

export const medianOf = (values: readonly number[]): Spread['median'] => spread(values).median;

export const count = (value: number) => value.toLocaleString('en-US');

export const megabytes = (bytes: number) => bytes / 1e6;
