import fc from 'fast-check';
import { anyText } from '../text.ts';
import { BODIES, HEADERS, KEYS, STATUSES, VALUES } from './odd.ts';
import { type Place, placesIn } from './spans.ts';

/** What is done to one value of a reply. `at` chooses the value, `by` what comes of it. */
interface Edit {
  readonly kind: 'replace' | 'remove' | 'double' | 'rename' | 'swap' | 'wrap' | 'insert' | 'letter' | 'text';
  readonly at: number;
  readonly by: number;
  readonly text: string;
}

/** What is done to a reply on its way. */
export interface Damage {
  readonly edits: readonly Edit[];
  /** Of the text as a whole, after the edits. */
  readonly body: 'as it is' | 'cut' | 'another' | 'any' | 'mark' | 'twice' | 'letters' | 'behind';
  readonly at: number;
  readonly any: string;
  /** Index of STATUSES; undefined: as it was. */
  readonly status: number | undefined;
  readonly headers: number | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

const MANY = 1 << 16;
const KINDS: readonly Edit['kind'][] = [
  ...(['replace', 'replace', 'replace', 'remove', 'double', 'rename'] as const),
  ...(['swap', 'wrap', 'insert', 'letter', 'letter', 'text'] as const),
];
const nat = fc.nat(MANY - 1);

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: nat,
  by: nat,
  text: anyText(12),
});

export const damages: fc.Arbitrary<Damage> = fc.record({
  edits: fc.array(edit, { maxLength: 4 }),
  body: fc.oneof(
    { weight: 14, arbitrary: fc.constant('as it is' as const) },
    {
      weight: 6,
      arbitrary: fc.constantFrom('cut', 'another', 'any', 'mark', 'twice', 'letters', 'behind' as const),
    },
  ),
  at: nat,
  any: anyText(60),
  status: seldom(STATUSES.length),
  headers: seldom(HEADERS.length),
});

/** An index, one time in six. */
function seldom(length: number): fc.Arbitrary<number | undefined> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat(length - 1) },
  );
}

type Fields = readonly (readonly Place[])[];

const known = new Map<string, Fields | undefined>();

function placesOf(text: string): Fields {
  if (!known.has(text)) known.set(text, isSound(text) ? placesIn(text) : undefined);
  return known.get(text) ?? [];
}

function isSound(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What was found once is written down as what became of the reply. */
export type Change = (honest: Answered) => Answered;

/** The reply as it arrives. Pure. */
export function damaged(honest: Answered, damage: Damage | Change): Answered {
  if (typeof damage === 'function') return damage(honest);
  return {
    status: damage.status === undefined ? honest.status : (STATUSES[damage.status] as number),
    headers:
      damage.headers === undefined ? honest.headers : { ...honest.headers, ...HEADERS[damage.headers] },
    text: damagedBody(edited(honest.text, damage.edits), damage),
  };
}

/** First a field, then one of the records that have it: however many samples there are, they are one field. */
function chosen(fields: Fields, at: number): Place {
  const field = fields[at % fields.length] as readonly Place[];
  return field[Math.floor(at / fields.length) % field.length] as Place;
}

function edited(text: string, edits: readonly Edit[]): string {
  const places = placesOf(text);
  if (places.length === 0) return text;
  const splices: { start: number; end: number; put: string }[] = [];
  for (const one of edits) {
    const splice = spliceOf(text, places, one);
    const meets = splices.some(({ start, end }) => splice.start < end && start < splice.end);
    if (!meets) splices.push(splice);
  }
  let result = text;
  for (const { start, end, put } of splices.sort((a, b) => b.start - a.start))
    result = result.slice(0, start) + put + result.slice(end);
  return result;
}

function spliceOf(text: string, places: Fields, { kind, at, by, text: any }: Edit) {
  const place = chosen(places, at);
  const { start, end, key, whole } = place;
  const value = text.slice(start, end);
  const odd = VALUES[by % VALUES.length] as string;
  switch (kind) {
    case 'replace':
      return { start, end, put: odd };
    case 'text':
      return { start, end, put: JSON.stringify(any) };
    case 'remove':
      return { ...(whole ?? { start, end }), put: '' };
    case 'double': {
      const copy = text.slice(key?.start ?? start, end);
      return {
        start: end,
        end,
        put: `,${copy}`.repeat(whole === undefined ? 0 : ([1, 2, 50][by % 3] as number)),
      };
    }
    case 'rename':
      return key === undefined ? { start, end, put: odd } : { ...key, put: KEYS[by % KEYS.length] as string };
    case 'swap': {
      const other = chosen(places, by);
      return { start, end, put: text.slice(other.start, other.end) };
    }
    case 'wrap':
      return { start, end, put: wrapped(value, by) };
    case 'insert': {
      if (!/^[{[]/.test(value)) return { start, end, put: odd };
      const member = value.startsWith('{') ? `${KEYS[by % KEYS.length]}:${odd}` : odd;
      return { start: start + 1, end: start + 1, put: /^.\s*[}\]]$/.test(value) ? member : `${member},` };
    }
    case 'letter': {
      const where = start + (by % Math.max(1, end - start));
      return { start: where, end: where + 1, put: LETTERS[(by >> 4) % LETTERS.length] as string };
    }
  }
}

const LETTERS = [...'0123456789-+.:TZeE "\'[]{},\\', '', '\0', '\u001b', '\ud800', '\u00a0'];

function wrapped(value: string, by: number): string {
  const ways = [
    `[${value}]`,
    `{"data":${value}}`,
    JSON.stringify(value),
    value.replace(/^"(.*)"$/s, '$1'),
    `[${value},${value}]`,
  ];
  return ways[by % ways.length] as string;
}

function damagedBody(text: string, { body, at, any }: Damage): string {
  switch (body) {
    case 'as it is':
      return text;
    case 'cut':
      return text.slice(0, Math.floor((at / MANY) * text.length));
    case 'another':
      return BODIES[at % BODIES.length] as string;
    case 'any':
      return any;
    case 'mark':
      return `\ufeff${text}`;
    case 'twice':
      return text + text;
    case 'behind':
      return text + any;
    case 'letters': {
      const where = Math.floor((at / MANY) * text.length);
      return text.slice(0, where) + any + text.slice(where + (at % 3));
    }
  }
}
