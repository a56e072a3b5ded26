import type { StoredSession } from '../store/sessions.ts';
import { printable } from './config/suggestions.ts';

/** How an entry's text is made. `marker` is the provider's word in it. */
export const DEFAULT_TEMPLATE = '🛌 Sleep - {duration} ({efficiency}% efficiency)';

/** For sessions of any kind, each by its own name. */
export const RULE_TEMPLATE = '{title} - {duration}';

export type Describable = Omit<StoredSession, 'provider' | 'account' | 'resource' | 'recordId'>;

interface Placeholder {
  value(session: Describable): string | null;
  /** Put in where there is no value, outside of parentheses. */
  instead?(session: Describable): string;
  /**
   * What it can look like, as the source of a regular expression. Words that a person may write as well are only
   * recognised as the session's own.
   */
  shape(session: Describable | undefined): string;
}

const PLACEHOLDERS: Readonly<Record<string, Placeholder>> = {
  duration: {
    value: (session) => {
      const minutes = Math.round(asleepSeconds(session) / 60);
      return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
    },
    shape: () => '\\d+h \\d+m',
  },
  efficiency: {
    value: ({ efficiency }) => (efficiency === null ? null : String(efficiency)),
    shape: () => '[\\d.]*',
  },
  type: {
    value: ({ type }) => (type === null ? null : oneLine(type)),
    shape: (session) => `(?:\\w*|${literally(oneLine(session?.type ?? ''))})`,
  },
  title: {
    value: ({ title }) => (title == null ? null : oneLine(title) || null),
    instead: ({ type, kind }) => oneLine(type ?? kind),
    shape: (session) => (session === undefined ? '(?!)' : literally(titleOf(session))),
  },
  day: { value: ({ day }) => day, shape: () => '\\d{4}-\\d\\d-\\d\\d' },
  start: { value: ({ startAt, startOffset }) => localTime(startAt, startOffset), shape: () => CLOCK_TIME },
  end: { value: ({ endAt, endOffset }) => localTime(endAt, endOffset), shape: () => CLOCK_TIME },
};

/** As they stand in messages. */
export const TEMPLATE_PLACEHOLDERS = Object.keys(PLACEHOLDERS)
  .map((name) => `{${name}}`)
  .join(' ');

const CLOCK_TIME = '\\d\\d:\\d\\d';
/** Characters of a name. */
const LONGEST_NAME = 200;
/** Characters of a text before its marker: destinations take 3,000 with it. */
const LONGEST_TEXT = 2_800;

/** A name from a service or a person, fit for one line of text. */
function oneLine(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return unmarked([...line.toWellFormed()].slice(0, LONGEST_NAME).join('').trim());
}

function titleOf(session: Describable): string {
  return valueFor('title', session) ?? PLACEHOLDERS.title?.instead?.(session) ?? '';
}

function valueFor(name: string, session: Describable): string | null {
  return PLACEHOLDERS[name]?.value(session) ?? null;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Seconds asleep; where the source did not say, the time in bed. */
export function asleepSeconds(session: Describable): number {
  return session.asleepSeconds ?? (session.endAt - session.startAt) / 1000;
}

function localTime(instant: number, offsetMinutes: number): string {
  return new Date(instant + offsetMinutes * 60_000).toISOString().slice(11, 16);
}

/** Characters of a template. */
const LONGEST = 2_000;

/** What is wrong with a template, or undefined. */
export function templateFault(template: string): string | undefined {
  if (template.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (/[\p{Cc}\u2028\u2029]/u.test(template))
    return 'it must be one line, without line breaks and other control characters';
  const unknown = [...template.matchAll(/\{([^{}]*)\}/g)]
    .map(([, name]) => name as string)
    .find((name) => !Object.hasOwn(PLACEHOLDERS, name));
  if (unknown !== undefined) return `{${printable(unknown)}} is not one of ${TEMPLATE_PLACEHOLDERS}`;
  if (/\[[\w.@-]+:(?:\d{4}-|\{)/.test(template)) return 'it must not contain a marker: one is put behind it';
  return /[{}]/.test(template.replace(/\{[^{}]*\}/g, '')) ? 'a brace { or } in it has no partner' : undefined;
}

/** The account that is meant when none is named. */
const OWN_ACCOUNT = 'default';

/**
 * The word in the markers of a source: the provider's own, behind it the resource unless it is the main one, and the
 * account where there are several. Entries of one source and person are never taken for those of another.
 */
export function markerWord(word: string, resource: string | undefined, account: string): string {
  const source = resource === undefined ? word : `${word}.${resource}`;
  return account === OWN_ACCOUNT ? source : `${source}@${account}`;
}

/** The marker's text: the day the session counts for and the UTC minute it began. */
export function markerOf(word: string, { day, startAt }: Describable): string {
  return markerText(word, { day, time: timeInUtc(startAt) });
}

/** `HH:MM`, reckoned: a plan asks for it several times per night, and a Date's text takes ten times as long. */
export function timeInUtc(instant: number): string {
  const minute = ((Math.floor(instant / 60_000) % 1440) + 1440) % 1440;
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${hours < 10 ? '0' : ''}${hours}:${minutes < 10 ? '0' : ''}${minutes}`;
}

export function markerText(word: string, { day, time }: Marker): string {
  return `[${word}:${day}_${time}]`;
}

/**
 * The text with the marker behind it. A placeholder without a value is left out, and a group in parentheses with such
 * a placeholder is left out whole.
 */
export function describe(template: string, word: string, session: Describable): string {
  const shown = partsOf(template).map(({ pieces, isGroup }) => {
    const values = pieces.map((piece) => (typeof piece === 'string' ? piece : valueFor(piece.name, session)));
    if (isGroup && values.includes(null)) return '';
    return pieces
      .map((piece, index) => values[index] ?? PLACEHOLDERS[(piece as Hole).name]?.instead?.(session) ?? '')
      .join('');
  });
  const body = unmarked(shown.join('').trim()).slice(0, LONGEST_TEXT).toWellFormed();
  return `${body} ${markerOf(word, session)}`.trim();
}

interface Hole {
  /** Of a placeholder. */
  readonly name: string;
}

interface Part {
  readonly pieces: readonly (string | Hole)[];
  /** In parentheses, and with a placeholder in it. */
  readonly isGroup: boolean;
}

/** Templates are few and sessions many: taking one apart each time was half the time of a plan. */
const taken = new Map<string, readonly Part[]>();

function partsOf(template: string): readonly Part[] {
  const known = taken.get(template);
  if (known !== undefined) return known;
  const parts = template.split(/(\s*\([^()]*\))/).map((text, index) => ({
    pieces: text.split(/\{(\w+)\}/).map((piece, at) => (at % 2 === 1 ? { name: piece } : piece)),
    isGroup: index % 2 === 1,
  }));
  taken.set(template, parts);
  return parts;
}

export interface Marker {
  readonly day: string;
  /** UTC `HH:MM`. */
  readonly time: string;
}

const MARKER = /\[([\w.@-]+):(\d{4}-\d{2}-\d{2})_(\d{2}:\d{2})\]/g;

/** Names come from outside: one that holds a marker must not pass for ours. */
function unmarked(text: string): string {
  return text.replace(MARKER, '($1 $2 $3)');
}

/** The marker in a text, if it carries exactly one of this word. */
export function readMarker(text: string, word: string): Marker | undefined {
  return only([...text.matchAll(MARKER)].filter(([, own]) => own === word));
}

/** The marker in a text that carries exactly one, whatever its word. */
export function soleMarker(text: string): (Marker & { readonly word: string }) | undefined {
  const found = [...text.matchAll(MARKER)];
  const marker = only(found);
  return marker === undefined ? undefined : { ...marker, word: found[0]?.[1] as string };
}

/** Whether any marker stands in the text. */
export function hasMarker(text: string): boolean {
  return text.match(MARKER) !== null;
}

function only(found: readonly RegExpExecArray[]): Marker | undefined {
  const one = found.length === 1 ? found[0] : undefined;
  return one === undefined ? undefined : { day: one[2] as string, time: one[3] as string };
}

/**
 * Whether the text could have been written with the template, whatever the figures: so no person rewrote it.
 * `session`: the one it stands for, whose name it may hold.
 */
export function hasShapeOf(template: string, text: string, session?: Describable): boolean {
  const body = text.replace(/\s*\[[\w.@-]+:[\d_:-]+\]$/, '');
  const shapes = template
    .trim()
    .split(/(\s*\([^()]*\{\w+\}[^()]*\))/)
    // Every second part is a group that is left out when a value is missing.
    .map((part, index) => (index % 2 === 1 ? `(?:${shapeOf(part, session)})?` : shapeOf(part, session)));
  return new RegExp(`^${shapes.join('')}$`, 'u').test(body);
}

function shapeOf(part: string, session: Describable | undefined): string {
  return part
    .split(/\{(\w+)\}/)
    .map((piece, index) => (index % 2 === 1 ? PLACEHOLDERS[piece]?.shape(session) : literally(piece)))
    .join('');
}
