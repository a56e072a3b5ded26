import type { StoredSession } from '../store/sessions.ts';
import { printable } from './config/suggestions.ts';

/** How an entry's text is made. `marker` is the provider's word in it. */
export const DEFAULT_TEMPLATE = '🛌 Sleep - {duration} ({efficiency}% efficiency)';

export type Describable = Omit<StoredSession, 'provider' | 'account' | 'resource' | 'recordId'>;

interface Placeholder {
  value(session: Describable): string | null;
  /** What it can look like, as the source of a regular expression. */
  readonly shape: string;
}

const PLACEHOLDERS: Readonly<Record<string, Placeholder>> = {
  duration: {
    value: (session) => {
      const minutes = Math.round(asleepSeconds(session) / 60);
      return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
    },
    shape: '\\d+h \\d+m',
  },
  efficiency: {
    value: ({ efficiency }) => (efficiency === null ? null : String(efficiency)),
    shape: '[\\d.]*',
  },
  type: { value: ({ type }) => type, shape: '\\w*' },
  day: { value: ({ day }) => day, shape: '\\d{4}-\\d\\d-\\d\\d' },
  start: { value: ({ startAt, startOffset }) => localTime(startAt, startOffset), shape: '\\d\\d:\\d\\d' },
  end: { value: ({ endAt, endOffset }) => localTime(endAt, endOffset), shape: '\\d\\d:\\d\\d' },
};

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
  if (unknown !== undefined)
    return `{${printable(unknown)}} is not one of ${Object.keys(PLACEHOLDERS)
      .map((name) => `{${name}}`)
      .join(' ')}`;
  if (/\[\w+:(?:\d{4}-|\{)/.test(template)) return 'it must not contain a marker: one is put behind it';
  return /[{}]/.test(template.replace(/\{[^{}]*\}/g, '')) ? 'a brace { or } in it has no partner' : undefined;
}

/** The marker's text: the day the session counts for and the UTC minute it began. */
export function markerOf(word: string, { day, startAt }: Describable): string {
  return markerText(word, { day, time: new Date(startAt).toISOString().slice(11, 16) });
}

export function markerText(word: string, { day, time }: Marker): string {
  return `[${word}:${day}_${time}]`;
}

/**
 * The text with the marker behind it. A placeholder without a value is left out, and a group in parentheses with such
 * a placeholder is left out whole.
 */
export function describe(template: string, word: string, session: Describable): string {
  const value = (name: string) => PLACEHOLDERS[name]?.value(session) ?? null;
  const withoutEmptyGroups = template.replace(/\s*\([^()]*\)/g, (group) =>
    [...group.matchAll(/\{(\w+)\}/g)].some(([, name]) => value(name as string) === null) ? '' : group,
  );
  const filled = withoutEmptyGroups.replace(/\{(\w+)\}/g, (_, name: string) => value(name) ?? '');
  return `${filled.trim()} ${markerOf(word, session)}`.trim();
}

export interface Marker {
  readonly day: string;
  /** UTC `HH:MM`. */
  readonly time: string;
}

/** The marker in a text, if it carries exactly one of this word. */
export function readMarker(text: string, word: string): Marker | undefined {
  const found = [...text.matchAll(/\[(\w+):(\d{4}-\d{2}-\d{2})_(\d{2}:\d{2})\]/g)].filter(
    ([, own]) => own === word,
  );
  const only = found.length === 1 ? found[0] : undefined;
  return only === undefined ? undefined : { day: only[2] as string, time: only[3] as string };
}

/** Whether the text could have been written with the template, whatever the figures: so no person rewrote it. */
export function hasShapeOf(template: string, text: string): boolean {
  const body = text.replace(/\s*\[\w+:[\d_:-]+\]$/, '');
  const shapes = template
    .trim()
    .split(/(\s*\([^()]*\{\w+\}[^()]*\))/)
    // Every second part is a group that is left out when a value is missing.
    .map((part, index) => (index % 2 === 1 ? `(?:${shapeOf(part)})?` : shapeOf(part)));
  return new RegExp(`^${shapes.join('')}$`, 'u').test(body);
}

function shapeOf(part: string): string {
  return part
    .split(/\{(\w+)\}/)
    .map((piece, index) =>
      index % 2 === 1 ? PLACEHOLDERS[piece]?.shape : piece.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
    )
    .join('');
}
