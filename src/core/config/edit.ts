import { realpathSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'smol-toml';
import { writePrivateFile } from '../../store/files.ts';
import { UsageError } from '../errors.ts';
import { exists, parseToml, readText, shownPath } from './read.ts';
import { type Statement, statements } from './statements.ts';

export type TomlValue = string | number | boolean | readonly string[] | readonly number[];

/**
 * Sets one key in the file and touches nothing else: comments, order and spacing stay. Makes the file if it is
 * missing. What cannot be changed this way (an inline table, say) is refused before anything is written.
 */
export function setValue(file: string, section: string, key: string, value: TomlValue): void {
  // A link stays a link: its target is what gets replaced.
  const target = exists(file) ? realpathSync(file) : file;
  const before = exists(target) ? readText(target) : '';
  const after = withValue(before, section, key, value);
  const wanted = parseToml(before, file);
  wanted[section] ??= Object.create(null);
  Object.assign(wanted[section] as object, { [key]: value });
  if (!parsesTo(after, wanted)) {
    throw new UsageError(
      `${shownPath(file)}: [${section}] ${key} cannot be set without rewriting the file; please edit it by hand`,
    );
  }
  writePrivateFile(target, after);
}

/**
 * Takes one key out of the file, with its whole line, and touches nothing else. False when it is not there.
 * What cannot be removed this way is refused before anything is written.
 */
export function removeValue(file: string, section: string, key: string): boolean {
  if (!exists(file)) return false;
  const target = realpathSync(file);
  const before = readText(target);
  const wanted = parseToml(before, file);
  const content = wanted[section];
  if (typeof content !== 'object' || !Object.hasOwn(content, key)) return false;
  delete (content as Record<string, unknown>)[key];
  const after = withoutValue(before, section, key);
  if (!parsesTo(after, wanted)) {
    throw new UsageError(
      `${shownPath(file)}: [${section}] ${key} cannot be removed without rewriting the file; please edit it by hand`,
    );
  }
  writePrivateFile(target, after);
  return true;
}

function withoutValue(text: string, section: string, key: string): string {
  let current = '';
  for (const statement of statements(text)) {
    if (statement.header) current = statement.name;
    else if (current === section && statement.name === key) {
      const start = text.lastIndexOf('\n', statement.start - 1) + 1;
      return text.slice(0, start) + text.slice(lineAfter(text, statement.end));
    }
  }
  return text;
}

function parsesTo(text: string, wanted: unknown): boolean {
  try {
    return isDeepStrictEqual(parseToml(text, ''), wanted);
  } catch {
    return false;
  }
}

function withValue(text: string, section: string, key: string, value: TomlValue): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const written = stringify({ [key]: value }).trimEnd();
  const all = [...statements(text)];
  const header = all.findIndex((statement) => statement.header && statement.name === section);
  if (header === -1)
    return `${closed(text, lineEnd)}${text === '' ? '' : lineEnd}[${section}]${lineEnd}${written}${lineEnd}`;
  const next = all.findIndex((statement, index) => index > header && statement.header);
  const own = all.slice(header, next === -1 ? undefined : next);
  const pair = own.find((statement) => !statement.header && statement.name === key);
  if (pair !== undefined) return `${text.slice(0, pair.start)}${written}${text.slice(pair.end)}`;
  const at = lineAfter(text, insertAfter(text, own, all[next], key));
  return `${closed(text.slice(0, at), lineEnd)}${written}${lineEnd}${text.slice(at)}`;
}

function closed(text: string, lineEnd: string): string {
  return text === '' || text.endsWith('\n') ? text : text + lineEnd;
}

/** Below the example's commented-out line for that key, or else below the section's last key. */
function insertAfter(text: string, own: Statement[], next: Statement | undefined, key: string): number {
  const start = own[0]?.end ?? 0;
  const body = text.slice(start, next?.start);
  const example = new RegExp(`^[ \\t]*#[ \\t]*${key}[ \\t]*=.*$`, 'm').exec(body);
  return example === null ? (own.at(-1)?.end ?? start) : start + example.index;
}

function lineAfter(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end + 1;
}
