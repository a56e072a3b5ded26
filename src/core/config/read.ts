import { readFileSync, type Stats, statSync } from 'node:fs';
import { parse, TomlError, type TomlTable } from 'smol-toml';
import { systemReason } from '../../store/files.ts';
import { UsageError } from '../errors.ts';
import { oneLine } from './suggestions.ts';

/** Bytes. The worst TOML of this size parses in less than 50 ms; a full configuration has about 5,000. */
export const LARGEST_FILE = 65_536;

/** How messages show a path: whole, but without control characters. */
export function shownPath(path: string): string {
  return path.replaceAll(/\p{Cc}/gu, '?');
}

export function exists(file: string): boolean {
  return stat(file) !== undefined;
}

function stat(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`${shownPath(file)} cannot be read: ${systemReason(error)}`, { cause: error });
  }
}

/** The text of a configuration file; never waits on a pipe or a device. */
export function readText(file: string): string {
  const found = stat(file);
  if (found === undefined) throw new UsageError(`${shownPath(file)} does not exist`);
  if (!found.isFile()) {
    throw new UsageError(
      `${shownPath(file)} must be a file, got ${found.isDirectory() ? 'a folder' : 'a device or pipe'}`,
    );
  }
  if (found.size > LARGEST_FILE) {
    throw new UsageError(
      `${shownPath(file)} is too large: a configuration has at most ${LARGEST_FILE / 1024} KiB`,
    );
  }
  return decode(file, readBytes(file));
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${shownPath(file)} cannot be read: ${systemReason(error)}`, { cause: error });
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${shownPath(file)} is not UTF-8 text`);
  }
}

/** Far more than any setting needs. */
const DEEPEST = 16;
/** The parser's own limit knows brackets alone, and a name of 30,000 parts takes it as many objects. */
const DEEP_NAME = new RegExp(
  String.raw`(?:^|[[{,\s])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){${DEEPEST}}`,
);

export function parseToml(text: string, file: string): TomlTable {
  if (DEEP_NAME.test(text))
    throw new UsageError(`${shownPath(file)}: there is a name of more than ${DEEPEST} parts`);
  try {
    return parse(text, { maxDepth: DEEPEST });
  } catch (error) {
    // No cause: the parser's own message quotes the line, which may hold a secret.
    throw new UsageError(`${shownPath(file)}: ${tomlFault(error)}`);
  }
}

/** The last text and what it says: a file is read for its plugins first, then for its settings. */
let latest: { readonly text: string; readonly tables: Readonly<TomlTable> } | undefined;

/** What stands in a configuration file. Not to be changed: whoever asks next may get the same. Throws UsageError. */
export function tablesOf(file: string): Readonly<TomlTable> {
  const text = readText(file);
  if (latest?.text !== text) latest = { text, tables: parseToml(text, file) };
  return latest.tables;
}

function tomlFault(error: unknown): string {
  if (!(error instanceof TomlError)) return 'not valid TOML';
  const what = error.message.split('\n', 1)[0]?.replace('Invalid TOML document: ', '') ?? 'not valid TOML';
  return `line ${error.line}, column ${error.column}: ${oneLine(what)}`;
}

export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
