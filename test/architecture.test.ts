import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { SOURCE as CLOCKIFY } from '../src/destinations/clockify/name.ts';
import { PROGRAM } from '../src/program.ts';
import { providers } from '../src/providers/index.ts';

const SOURCE = join(import.meta.dirname, '../src');

interface File {
  /** Below `src`, e.g. `core/dates.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Files of ours that it imports, as values or as types, at once or later. */
  readonly imports: readonly string[];
}

const files: File[] = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(SOURCE, path), 'utf8');
    const found = text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"](\.[^'"]+)['"]/g);
    const imports = [...found].map(([, to]) => relative(SOURCE, join(SOURCE, dirname(path), to as string)));
    return { path, text, lines: text.split('\n').length - 1, imports };
  });

const areaOf = (path: string) => (path.includes('/') ? (path.split('/')[0] as string) : '');
const within = (...areas: string[]) => files.filter(({ path }) => areas.includes(areaOf(path)));

/** Imports from one of these areas, as `file -> imported file`. */
function arrows(from: readonly File[], to: readonly string[], allowed: readonly string[] = []): string[] {
  return from.flatMap(({ path, imports }) =>
    imports
      .filter((target) => to.includes(areaOf(target)) && !allowed.includes(target))
      .map((target) => `${path} -> ${target}`),
  );
}

const SHARED = ['core', 'http', 'store', 'auth'];

describe('arrows point one way', () => {
  test('the files and their imports are seen at all', () => {
    const known = new Set(files.map(({ path }) => path));
    expect(arrows(within('cli'), ['core', 'providers', 'destinations', 'store']).length).toBeGreaterThan(20);
    expect(within('sandbox').length).toBeGreaterThan(10);
    expect(files.flatMap(({ imports }) => imports.filter((path) => !known.has(path)))).toEqual([]);
  });

  test('what is shared knows nothing of providers, destinations, imitations and the command line', () => {
    expect(arrows(within(...SHARED), ['providers', 'destinations', 'sandbox', 'cli', 'server'])).toEqual([]);
  });

  test('providers and destinations know neither each other nor the command line', () => {
    // One service has one section.
    const section = ['destinations/clockify/config.ts'];
    expect(arrows(within('providers'), ['destinations', 'cli', 'server'], section)).toEqual([]);
    expect(arrows(within('destinations'), ['providers', 'cli', 'server'])).toEqual([]);
  });

  test('the imitations share nothing with what they test but the arithmetic of dates', () => {
    const ours = [...SHARED, 'providers', 'destinations', 'cli', 'server'];
    expect(arrows(within('sandbox'), ours, ['core/dates.ts'])).toEqual([]);
    expect(arrows(within('providers', 'destinations', ...SHARED), ['sandbox'])).toEqual([]);
  });

  test('nobody imports what starts the program', () => {
    expect(files.filter(({ imports }) => imports.includes('main.ts')).map(({ path }) => path)).toEqual([]);
  });
});

describe('names stay where they belong', () => {
  const shared = within(...SHARED);
  const own = [...providers.flatMap(({ id, title }) => [id, title]), CLOCKIFY];

  test.each([...new Set(own.map((name) => name.toLowerCase()))])(
    'nothing that is shared says "%s"',
    (name) => {
      const word = new RegExp(`(?<![a-z])${name}(?![a-z])`, 'i');
      expect(shared.filter(({ text }) => word.test(text)).map(({ path }) => path)).toEqual([]);
    },
  );

  test('what is shared takes the program’s name from program.ts', () => {
    expect(shared.filter(({ text }) => text.includes(PROGRAM)).map(({ path }) => path)).toEqual([]);
    expect(files.filter(({ text }) => text.includes(`'${PROGRAM}'`)).map(({ path }) => path)).toEqual([
      'program.ts',
    ]);
  });

  test('nothing that is shared decides by a provider', () => {
    const deciding = /\b(?:provider|id)\s*[!=]==\s*['"]|\bcase\s+['"][a-z]+['"]:.*provider/;
    expect(shared.filter(({ text }) => deciding.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('every source file', () => {
  test('is shorter than 300 lines', () => {
    expect(files.filter(({ lines }) => lines >= 300).map(({ path, lines }) => `${path} ${lines}`)).toEqual(
      [],
    );
  });

  test('awaits nothing while it is loaded, which the bundle could not', () => {
    const awaiting = files.filter(({ text }) => {
      try {
        transformSync(text, { loader: 'ts', format: 'cjs', target: 'node22', logLevel: 'silent' });
        return false;
      } catch {
        return true;
      }
    });
    expect(awaiting.map(({ path }) => path)).toEqual([]);
    expect(() => transformSync('await 1', { loader: 'ts', format: 'cjs', logLevel: 'silent' })).toThrow();
  });
});
