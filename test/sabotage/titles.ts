import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const ID = '[A-HK][1-9]\\d?';
/** A text in quotes that begins with an id: the title of a test, or of one of its cases. */
const TITLE = new RegExp(`(['"\`])(${ID}(?: ${ID})* (?:\\\\.|(?!\\1)[^\\\\\\n])+)\\1`, 'g');

export interface Title {
  /** All ids in it; the first one begins it. */
  readonly ids: readonly string[];
  /** Without the ids that it begins with. */
  readonly text: string;
  /** Below test/, without its ending. */
  readonly file: string;
}

/** Every title of a test that names an id, by file. */
export function titles(): Title[] {
  return readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.test.ts'))
    .sort()
    .flatMap((path) => titlesIn(readFileSync(join(TESTS, path), 'utf8'), path.replace(/\.test\.ts$/, '')));
}

function titlesIn(source: string, file: string): Title[] {
  return [...source.matchAll(TITLE)].map(([, , title = '']) => ({
    ids: [...title.matchAll(new RegExp(`(?<![\\w-])${ID}(?![\\w-])`, 'g'))].map(([id]) => id),
    text: title.replace(new RegExp(`^(?:${ID} )+`), '').replaceAll('\\', ''),
    file,
  }));
}
