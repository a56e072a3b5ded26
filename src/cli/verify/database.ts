import { existsSync } from 'node:fs';
import type { StoreError } from '../../core/errors.ts';
import { damageOf, inspect } from '../../store/inspect.ts';
import type { Store } from '../../store/store.ts';
import { type Finding, ok, problem, shortList, warning } from './finding.ts';

const AREA = 'database';
const REPAIR =
  'Nothing was changed. Restore a backup, or move the file away and run `sync`: what the services still have is read again.';

/** What is in the file, and whether it is sound. */
export function checkDatabase(store: Store): { findings: Finding[]; isSound: boolean } {
  const { damage, isOurs, schema, newestSchema, miscounted, rejects, records } = inspect(store.db);
  const findings: Finding[] = [];
  if (damage.length > 0) findings.push(damaged(store.path, damage));
  if (!isOurs) findings.push(problem(AREA, 'STORE', `${store.path} is not marked as ours`, REPAIR));
  if (schema !== newestSchema)
    findings.push(
      problem(AREA, 'STORE', `schema ${schema} where this version writes ${newestSchema}`, REPAIR),
    );
  if (miscounted.length > 0)
    findings.push(
      problem(AREA, 'STORE', `row counters do not fit what is stored: ${shortList(miscounted)}`, REPAIR),
    );
  const intact = `integrity ok, schema ${schema}, ${records.toLocaleString('en')} records`;
  if (findings.length === 0) findings.push(ok(AREA, intact));
  for (const { source, count } of rejects) {
    const text = `${source}: ${count} items did not have the expected shape and are set aside`;
    findings.push(
      warning(AREA, text, 'They are kept in the table "rejects"; look for a newer version of the program.'),
    );
  }
  return { findings, isSound: damage.length === 0 };
}

/** Why the file could not be opened as a store. */
export function unusable(path: string, error: StoreError): Finding {
  const code = /\((SQLITE_(?:CORRUPT|NOTADB)\w*)\)/.exec(error.message);
  if (code === null || !existsSync(path)) return problem(AREA, 'STORE', error.message, error.hint);
  return damaged(path, damageOf(path));
}

function damaged(path: string, damage: readonly string[]): Finding {
  const what = damage.length === 0 ? 'its schema cannot be read' : shortList(damage, 3);
  return problem(AREA, 'STORE', `${path} is damaged: ${what}`, REPAIR);
}
