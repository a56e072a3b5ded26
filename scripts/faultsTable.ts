import { readFileSync, writeFileSync } from 'node:fs';
import { faultsTable } from '../test/sabotage/table.ts';

/** `npm run faults`: prints which tests name which id, and puts it into docs/reliability.md. test/sabotage compares the two. */
const file = new URL('../docs/reliability.md', import.meta.url);
const marked = /(<!-- faults -->\n\n)[\s\S]*?(<!-- \/faults -->)/;
const table = faultsTable();
writeFileSync(
  file,
  readFileSync(file, 'utf8').replace(marked, (_, before, after) => before + table + after),
);
console.log(table);
