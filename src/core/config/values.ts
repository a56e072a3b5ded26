import * as z from 'zod';
import { isLocalDate, isTimeZone } from '../dates.ts';
import type { About } from './schema.ts';

/** The kinds of value a section's schema is made of. Each knows how to finish the sentence "must be …". */

function kind<T extends z.ZodType>(schema: T, facts: About): T {
  return schema.meta({ ...facts });
}

const CONTROL = /\p{Cc}/u;

function isLine(value: string): boolean {
  return value.trim() !== '' && !CONTROL.test(value);
}

/** One line of text, not empty. */
export function text(): z.ZodString {
  return kind(z.string().refine(isLine), { expected: 'text on one line, not empty' });
}

/** Never printed. It travels in headers, which hold nothing else. */
export function secret(): z.ZodString {
  const schema = z.string().regex(/^[\x21-\x7e]+$/);
  return kind(schema, { expected: 'plain letters, digits and signs (ASCII) without spaces', secret: true });
}

/** Never printed: a password, or whom it belongs to. It travels in a body, so that it may be any text. */
export function privateText(): z.ZodString {
  return kind(z.string().refine(isLine), { expected: 'text on one line, not empty', secret: true });
}

/** Plain `true` or `false`. */
export function yesNo(): z.ZodBoolean {
  return kind(z.boolean(), { expected: 'true or false' });
}

export function wholeNumber(min: number, max: number): z.ZodNumber {
  return kind(z.number().int().min(min).max(max), { expected: `a whole number from ${min} to ${max}` });
}

export function positiveInteger(max = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  if (max < Number.MAX_SAFE_INTEGER) return wholeNumber(1, max);
  return kind(z.number().int().min(1), { expected: 'a whole number, 1 or more' });
}

/** A count of days; 0 means 0. */
export function days(min: number, max: number): z.ZodNumber {
  return wholeNumber(min, max);
}

/** `YYYY-MM-DD`, a day that exists. */
export function date(): z.ZodString {
  return kind(z.string().refine(isLocalDate), { expected: 'a date as YYYY-MM-DD', date: true });
}

/** A date, or one of a few words such as `all`. */
export function dateOr(...others: string[]): z.ZodString {
  const schema = z.string().refine((value) => others.includes(value) || isLocalDate(value));
  return kind(schema, { expected: `a date as YYYY-MM-DD or ${others.join(' or ')}`, date: true });
}

/** An IANA name. */
export function timezone(): z.ZodString {
  return kind(z.string().refine(isTimeZone), { expected: 'a time zone such as Europe/Berlin' });
}

export function oneOf<const T extends readonly [string, ...string[]]>(
  ...allowed: T
): z.ZodEnum<{ [K in T[number]]: K }> {
  return kind(z.enum(allowed), { expected: `one of ${allowed.join(', ')}` });
}

/** In an environment variable separated by commas. */
export function list<T extends z.ZodType>(item: T): z.ZodArray<T> {
  return z.array(item);
}

/** Names without spaces in them, e.g. scopes; in an environment variable separated by commas or spaces. */
export function wordList(): z.ZodArray<z.ZodString> {
  const word = kind(z.string().regex(/^[\x21-\x7e]+$/), { expected: 'one word' });
  return kind(z.array(word), { words: true });
}

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** NaN when the text is no duration. */
function milliseconds(value: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(value) ?? [];
  return Number(count) * (MILLISECONDS[unit ?? ''] ?? Number.NaN);
}

/** Written `90s`, `15m`, `1h` or `2d`; parsed to milliseconds. A default goes into `.prefault('15m')`. */
export function duration(min: string, max: string) {
  const inRange = (value: string) =>
    milliseconds(value) >= milliseconds(min) && milliseconds(value) <= milliseconds(max);
  const schema = kind(z.string().refine(inRange), {
    expected: `a duration such as 90s, 15m or 1h, from ${min} to ${max}`,
  });
  return schema.transform(milliseconds);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function isSafeUrl(value: string): boolean {
  // The URL parser quietly drops tabs and line ends and turns backslashes around: not what was written.
  if (/[\s\\\p{Cc}]/u.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, hash } = new URL(value);
  if (username !== '' || password !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

const URL_EXPECTED = 'an https:// address (http:// only for this machine: localhost, 127.0.0.1, [::1])';

/** Kept exactly as written. */
export function url(): z.ZodString {
  return kind(z.string().refine(isSafeUrl), { expected: URL_EXPECTED });
}

/** What paths are appended to: no query, and no slash at its end once parsed. */
export function baseUrl(): z.ZodString {
  const schema = z.string().refine((value) => isSafeUrl(value) && !value.includes('?'));
  return kind(
    schema.overwrite((value) => value.replace(/\/{1,8}$/, '')),
    { expected: URL_EXPECTED },
  );
}
