import type { LocalDate } from '../../core/dates.ts';
import { type Dice, dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import { daysOf, deviceId, hardware, hour, type Keyed, type Person } from './person.ts';

/** What a device sends with every measure; both fields are deprecated and still there. */
const SCALE = { algo: 218_235_904, fm: 3 };
const OTHER = { algo: 0, fm: 128 };
/** `position` of a scale's measures of the whole body; the document's table does not know it. */
const WHOLE = 7;
/** Left and right arm, left and right leg, torso. */
const LIMBS = [2, 3, 10, 11, 12];

interface Group {
  readonly device: 'scale' | 'cuff' | undefined;
  readonly attrib: number;
  readonly category?: number;
  /** Unix seconds. */
  readonly date: number;
  readonly created?: number;
  readonly measures: readonly Document[];
}

/** A normal day has a weigh-in; every ten days the oddities come round. */
export function inventedMeasures(person: Person): Keyed[] {
  const found: Keyed[] = [];
  for (const { day, index } of daysOf(person)) {
    const groups = groupsOf(person, day, index).filter((one) => (one.created ?? one.date) <= person.now);
    for (const [position, group] of groups.entries()) {
      // Above 2^32, as all of them are by now.
      const grpid = 4_900_000_000 + (person.seed % 1000) * 10_000_000 + index * 100 + position;
      const document = documentOf(person, group, grpid);
      found.push([String(grpid), document]);
      // The same group once more as "belongs to this person for certain, by another rule".
      if (index % 10 === 1 && position === 0) found.push([`${grpid}-8`, { ...document, attrib: 8 }]);
    }
  }
  return found;
}

function documentOf(person: Person, group: Group, grpid: number): Document {
  const device = group.device && hardware[group.device];
  const id = group.device === undefined ? null : deviceId(person, group.device);
  const created = group.created ?? group.date + 60;
  return {
    grpid,
    attrib: group.attrib,
    date: group.date,
    created,
    modified: created,
    category: group.category ?? 1,
    deviceid: id,
    hash_deviceid: id,
    measures: group.measures,
    modelid: device?.model_id ?? null,
    model: device?.model ?? null,
    comment: null,
  };
}

function groupsOf(person: Person, day: LocalDate, index: number): Group[] {
  const chance = dice(person.seed, 'body', day);
  const date = hour(person, day, chance.decimal(6.5, 7.5, 3));
  const odd = index % 10;
  const weight = chance.whole(69_200, 72_400);
  const groups: Group[] = [
    {
      device: 'scale',
      attrib: odd === 3 ? 1 : 0,
      date,
      // A scale without a network sends days later what it kept.
      ...(odd === 5 ? { created: date + 2 * 86_400 } : {}),
      measures: odd === 2 ? bodyScan(chance, weight) : weighIn(chance, weight),
    },
  ];
  if (day === person.firstDay) groups.push(...account(hour(person, day, 9)));
  if (odd === 4) groups.push(manualPressure(hour(person, day, 12)));
  else if (chance.chance(0.6)) groups.push(pressure(chance, hour(person, day, 20)));
  return groups;
}

function weighIn(chance: Dice, weight: number): Document[] {
  return [
    { value: weight, type: 1, unit: -3, ...SCALE },
    { value: chance.whole(18_000, 23_000), type: 6, unit: -3 },
    { value: chance.whole(55, 75), type: 11, unit: 0, ...SCALE },
  ];
}

/** Segment by segment; some measures of the whole body come twice, exactly alike. */
function bodyScan(chance: Dice, weight: number): Document[] {
  const whole = (type: number, value: number, unit = -2) => ({
    value,
    type,
    unit,
    ...SCALE,
    position: WHOLE,
  });
  const fat = chance.whole(1300, 1600);
  const lean = Math.round(weight / 10) - fat;
  const limbs = [173, 174, 175].flatMap((type) =>
    LIMBS.map((position) => ({ value: chance.whole(100, 4000), type, unit: -2, ...SCALE, position })),
  );
  return [
    { value: weight, type: 1, unit: -3, ...SCALE },
    ...[whole(5, lean), whole(5, lean), whole(8, fat), whole(8, fat)],
    ...[whole(76, lean - 300), whole(77, Math.round(lean * 0.7)), whole(88, 300)],
    ...[whole(170, chance.whole(20, 40), -1), whole(226, chance.whole(1600, 1900), 0)],
    ...limbs,
    { value: chance.whole(18_000, 23_000), type: 6, unit: -3 },
  ];
}

function pressure(chance: Dice, date: number): Group {
  const measures = [
    { value: chance.whole(68, 84) * 100, type: 9, unit: -2, ...OTHER },
    { value: chance.whole(108, 132) * 100, type: 10, unit: -2, ...OTHER },
    { value: chance.whole(52, 74) * 100, type: 11, unit: -2, ...OTHER },
  ];
  return { device: 'cuff', attrib: 0, date, measures };
}

/** Typed in by hand: whole numbers, round ones even in tens. */
function manualPressure(date: number): Group {
  const measures = [
    { value: 78, type: 9, unit: 0, ...OTHER },
    { value: 12, type: 10, unit: 1, ...OTHER },
    { value: 61, type: 11, unit: 0, ...OTHER },
  ];
  return { device: undefined, attrib: 2, date, measures };
}

/** What the person said about themselves on the first day: height, and a weight to reach. */
function account(date: number): Group[] {
  const height = { value: 1720, type: 4, unit: -3, ...OTHER, apppfmid: 7, appliver: 5_050_021 };
  const target = { value: 70_500, type: 1, unit: -3, ...OTHER };
  return [
    { device: undefined, attrib: 4, date, measures: [height] },
    { device: undefined, attrib: 2, category: 2, date: date + 300, measures: [target] },
  ];
}
