import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { all } from './all.ts';
import { ids } from './ids.ts';
import { sabotaged } from './sabotage.ts';
import { faultsTable } from './table.ts';
import { titles } from './titles.ts';

const root = new URL('../..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const named = new Set(titles().flatMap((title) => title.ids));

test('every sabotage still finds its text, once, and changes it', () => {
  const faults = all.flatMap((sabotage) => {
    try {
      const text = read(sabotage.file);
      return sabotaged(text, sabotage) === text ? [`${sabotage.id}: ${sabotage.file} stays as it is`] : [];
    } catch (error) {
      return [String(error)];
    }
  });
  expect(faults).toEqual([]);
});

test('every sabotage is of an id, and its test names that id', () => {
  const known = titles();
  const strays = all.filter(
    ({ id, test }) =>
      !ids.includes(id) ||
      !existsSync(new URL(test, root)) ||
      !known.some((title) => `test/${title.file}.test.ts` === test && title.ids.includes(id)),
  );
  expect(strays.map(({ id, test }) => `${id} ${test}`)).toEqual([]);
});

test('every id has a sabotage and a test', () => {
  const broken = new Set(all.map(({ id }) => id));
  const lacking = ids.filter((id) => !(broken.has(id) && named.has(id)));
  expect(lacking).toEqual([]);
});

test('no test names an id that there is not', () => {
  expect([...named].filter((id) => !ids.includes(id))).toEqual([]);
});

test('docs/reliability.md holds the table as it is now (npm run faults)', () => {
  const [, shown] = /<!-- faults -->\n\n([\s\S]*?)<!-- \/faults -->/.exec(read('docs/reliability.md')) ?? [];
  expect(shown).toBe(faultsTable());
});
