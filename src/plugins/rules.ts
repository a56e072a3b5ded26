import { isLocalDate } from '../core/dates.ts';

/** A key of an object from outside: what it has to be, and how a message says so. */
export interface Rule {
  readonly key: string;
  readonly isFine: (value: unknown) => boolean;
  readonly expected: string;
}

export type Kind = Omit<Rule, 'key'>;

export const line: Kind = {
  isFine: (value) => typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value),
  expected: 'text on one line, not empty',
};
export const word: Kind = {
  isFine: (value) => typeof value === 'string' && /^\w{1,64}$/.test(value),
  expected: 'one word of letters and digits',
};
export const lowerWord: Kind = {
  isFine: (value) => typeof value === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(value),
  expected: 'lower-case letters, digits and underscores, beginning with a letter',
};
export const text: Kind = { isFine: (value) => typeof value === 'string', expected: 'text' };
export const callable: Kind = { isFine: (value) => typeof value === 'function', expected: 'a function' };
export const yes: Kind = { isFine: (value) => value === true, expected: 'true, or left out' };
export const yesNo: Kind = { isFine: (value) => typeof value === 'boolean', expected: 'true or false' };
export const positive: Kind = {
  isFine: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
  expected: 'a number above 0',
};
export const milliseconds: Kind = {
  isFine: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  expected: 'milliseconds',
};
/** As far as JavaScript's dates reach. */
export const epoch: Kind = {
  isFine: (value) => typeof value === 'number' && Math.abs(value) <= 8.64e15,
  expected: 'an instant in UTC epoch milliseconds',
};
export const localDate: Kind = {
  isFine: (value) => typeof value === 'string' && isLocalDate(value),
  expected: 'a date as YYYY-MM-DD',
};
export const schema: Kind = {
  isFine: (value) => isObject(value) && typeof value.safeParse === 'function',
  expected: 'a zod schema',
};
export const words: Kind = {
  isFine: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  expected: 'a list of words',
};
export const textByName: Kind = {
  isFine: (value) => isObject(value) && Object.values(value).every((one) => typeof one === 'string'),
  expected: 'an object of texts',
};
export const object: Kind = { isFine: isObject, expected: 'an object' };
export const list: Kind = { isFine: Array.isArray, expected: 'a list' };
export const filledList: Kind = {
  isFine: (value) => Array.isArray(value) && value.length > 0,
  expected: 'a list with something in it',
};

export function count(min: number, max: number): Kind {
  return {
    isFine: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    expected: `a whole number from ${min} to ${max}`,
  };
}

export function optional({ isFine, expected }: Kind): Kind {
  return { isFine: (value) => value === undefined || isFine(value), expected: `${expected}, or left out` };
}

/** Says what is wrong with an answer that has to be of this kind. */
export function expecting({ isFine, expected }: Kind): (answer: unknown) => string | undefined {
  return (answer) => (isFine(answer) ? undefined : `it must answer ${expected}`);
}

export function rules(kinds: Readonly<Record<string, Kind>>): Rule[] {
  return Object.entries(kinds).map(([key, kind]) => ({ key, ...kind }));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first rule that is broken, as a sentence; `of`: put before the key. */
export function broken(thing: unknown, all: readonly Rule[], of = ''): string | undefined {
  if (!isObject(thing)) return `${of === '' ? 'it' : of} must be an object`;
  const rule = all.find(({ key, isFine }) => !isFine(thing[key]));
  const place = of === '' ? '' : `${of}.`;
  return rule && `${place}${rule.key} must be ${rule.expected}`;
}
