import { element, payload, within } from '../../core/common.ts';
import type { Column, CommonRows } from '../../core/provider.ts';

/** What Withings measures, by its number for it. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'weight, kg',
  4: 'height, m',
  5: 'fat-free mass, kg',
  6: 'fat ratio, percent',
  8: 'fat mass, kg',
  9: 'diastolic blood pressure, mmHg',
  10: 'systolic blood pressure, mmHg',
  11: 'pulse, beats per minute',
  12: 'temperature, °C',
  54: 'blood oxygen, percent',
  71: 'body temperature, °C',
  73: 'skin temperature, °C',
  76: 'muscle mass, kg',
  77: 'hydration, kg',
  88: 'bone mass, kg',
  91: 'pulse wave velocity, m/s',
  123: 'VO2 max, ml/min/kg',
  130: 'atrial fibrillation, a code',
  135: 'QRS interval, ms',
  136: 'PR interval, ms',
  137: 'QT interval, ms',
  138: 'corrected QT interval, ms',
  139: 'atrial fibrillation by light, a code',
  155: 'vascular age, years',
  167: 'nerve health score, feet',
  168: 'extracellular water, kg',
  169: 'intracellular water, kg',
  170: 'visceral fat, index',
  173: 'fat-free mass of a segment, kg',
  174: 'fat mass of a segment, kg',
  175: 'muscle mass of a segment, kg',
  196: 'electrodermal activity, feet',
  226: 'basal metabolic rate, kcal',
  227: 'metabolic age, years',
  229: 'electrochemical skin conductance',
};

/**
 * `value` times ten to the power of `unit`, of a JSON object in SQL. Divided by the power of ten, which a float holds
 * exactly: times 0.001 would make 40032 something other than 40.032.
 */
export function scaled(measure: string): string {
  const part = (name: string) => `json_extract(${measure}, '$.${name}')`;
  return `CASE WHEN ${part('unit')} < 0 THEN ${part('value')} / CAST('1e' || -${part('unit')} AS REAL)
    ELSE ${part('value')} * CAST('1e' || ${part('unit')} AS REAL) END`;
}

const each = (name: string) => within('e', `$.${name}`);
const same = (name: string) => `${within('o', `$.${name}`)} IS ${each(name)}`;

/** A row for each single measure; grpid, attrib, type, position and ordinal tell it from every other. */
export const measureColumns: readonly Column[] = [
  { name: 'grpid', path: '$.grpid', about: "Withings' number of the group" },
  {
    name: 'time',
    path: '$.date',
    sql: `strftime('%Y-%m-%dT%H:%M:%SZ', ${payload('$.date')}, 'unixepoch')`,
    about: 'when it was taken, UTC, ISO 8601',
  },
  {
    name: 'day',
    path: '$',
    sql: 'i.day',
    about: 'local date, by the zone that the account had when it was read',
  },
  { name: 'type', path: '$each.type', about: "what was measured, Withings' number" },
  {
    name: 'what',
    path: '$each.type',
    sql: `CASE ${each('type')} ${Object.entries(TYPES)
      .map(([type, what]) => `WHEN ${type} THEN '${what}'`)
      .join(' ')} END`,
    about: 'the same in words, with the unit of value',
  },
  { name: 'value', path: '$each.value', sql: scaled(element('e')), about: 'in SI units' },
  {
    name: 'position',
    path: '$each.position',
    about: '2, 3 arms, 10, 11 legs, 12 torso, 7 the whole body, …',
  },
  {
    name: 'ordinal',
    path: '$',
    sql: `(SELECT count(*) FROM json_each(i.payload, '$.measures') o
    WHERE o.key < e.key AND ${same('type')} AND ${same('position')})`,
    about: 'from 0, among measures of the same type and position: some come twice',
  },
  { name: 'raw_value', path: '$each.value', about: 'the whole number as received' },
  { name: 'unit', path: '$each.unit', about: 'power of ten that makes raw_value value' },
  {
    name: 'attrib',
    path: '$.attrib',
    about:
      '0 and 8 by a device, 1 perhaps somebody else’s, 2 by hand, 4 at sign-up, 5 best of several, 7 confirmed',
  },
  { name: 'category', path: '$.category', about: '1 measured, 2 a goal' },
  { name: 'deviceid', path: '$.deviceid', about: 'device, as in withings_devices; null for values typed in' },
  { name: 'model', path: '$.model', about: 'model' },
  { name: 'modelid', path: '$.modelid', about: "Withings' number of the model" },
  { name: 'created', path: '$.created', about: 'when Withings stored it, unix seconds' },
  { name: 'modified', path: '$.modified', about: 'when it was last changed, unix seconds' },
];

/** The group's first measure of the type: some come twice. */
function measure(type: number): string {
  return `(SELECT ${scaled(element('m'))} FROM json_each(i.payload, '$.measures') m
    WHERE ${within('m', '$.type')} = ${type} ORDER BY m.key LIMIT 1)`;
}

/** Ends the id of a group that comes a second time, as "belongs to this person" by another rule. */
export const TWIN = '/8';

/** The other of the two, if it counts by itself. */
const HAS_TWIN = `EXISTS (SELECT 1 FROM items t WHERE t.stream = i.stream AND t.id = replace(i.id, '${TWIN}', '')
    AND t.deleted_at IS NULL AND json_extract(t.payload, '$.attrib') IS NOT 1)`;

/** Not a goal, not perhaps somebody else's, and each weigh-in once. */
const WEIGH_INS = `${payload('$.category')} = 1 AND ${payload('$.attrib')} IS NOT 1 AND ${measure(1)} IS NOT NULL
  AND NOT (i.id LIKE '%${TWIN}' AND ${HAS_TWIN})`;

export const weights: readonly CommonRows[] = [
  {
    view: 'weights',
    columns: {
      weight_kg: measure(1),
      fat_percent: measure(6),
      fat_kg: measure(8),
      muscle_kg: measure(76),
      lean_kg: measure(5),
    },
    where: WEIGH_INS,
  },
  {
    view: 'daily_summary',
    columns: { weight_kg: measure(1) },
    where: `${WEIGH_INS} AND i.day IS NOT NULL`,
  },
];
