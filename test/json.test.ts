import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Household } from './support/household.ts';

const page = readFileSync(fileURLToPath(new URL('../docs/json.md', import.meta.url)), 'utf8');
const documented = new Map(
  [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \|$/gm)].map(([, name, keys]) => [
    name as string,
    (keys as string).trim().split(', ').sort(),
  ]),
);

let home: Household;
beforeAll(async () => {
  home = await Household.start({ clockify: { quota: { perSecond: 1e6 } } });
});
afterAll(() => home.end());

test.each([
  ['sync'],
  ['status'],
  ['verify'],
  ['cleanup', '--dry-run'],
  ['backup'],
  ['purge', 'oura', '--dry-run'],
  ['check-token'],
  ['providers'],
  ['config', 'show'],
  ['init', '--no-sign-in'],
  ['init-db'],
  ['logout', 'oura'],
])('docs/json.md lists the keys of `%s %s`', async (...words) => {
  const { stdout } = await home.run([...words, '--json']);
  const name = words.filter((word) => !word.startsWith('--') && word !== 'oura').join(' ');
  expect(Object.keys(JSON.parse(stdout)).sort()).toEqual(documented.get(name));
});
