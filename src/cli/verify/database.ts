import { existsSync } from 'node:fs';
import type { StoreError } from '../../core/errors.ts';
import { runHint } from '../../program.ts';
import { damageOf, inspect, isAboutIndex } from '../../store/inspect.ts';
import type { Store } from '../../store/store.ts';
import { type Finding, ok, problem, shortList, warning } from './finding.ts';

const AREA = 'database';
/** What `sync --full` puts right: see store/mend.ts. */
const READ_AGAIN = `It is read and counted again. ${runHint('sync --full')}`;
const REINDEX =
  'Only an index is wrong, the records are whole. `backup` saves them with a sound one: restore that copy.';
const REPAIR =
  'Nothing was changed. Restore a backup, or move the file away and run `sync`: what the services still have is read again.';

/** What is in the file, and whether it is sound. */
export function checkDatabase(store: Store): { findings: Finding[]; isSound: boolean } {
  const { damage, isOurs, schema, newestSchema, miscounted, unfit, rejects, records } = inspect(store.db);
  const findings: Finding[] = [];
  if (damage.length > 0) findings.push(damaged(store.path, damage));
  if (!isOurs) findings.push(problem(AREA, 'STORE', `${store.path} is not marked as ours`, REPAIR));
  if (schema !== newestSchema)
    findings.push(
      problem(AREA, 'STORE', `schema ${schema} where this version writes ${newestSchema}`, REPAIR),
    );
  if (miscounted.length > 0)
    findings.push(
      problem(AREA, 'STORE', `row counters do not fit what is stored: ${shortList(miscounted)}`, READ_AGAIN),
    );
  for (const { what, count } of unfit)
    findings.push(problem(AREA, 'STORE', `${what} (${count})`, READ_AGAIN));
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
  // Other commands send people here; from here that would lead in a circle.
  const hint = error.hint === runHint('verify') ? REPAIR : error.hint;
  if (code === null || !existsSync(path)) return problem(AREA, 'STORE', error.message, hint);
  return damaged(path, damageOf(path));
}

function damaged(path: string, damage: readonly string[]): Finding {
  const what = damage.length === 0 ? 'its schema cannot be read' : shortList(damage, 3);
  const hint = damage.length > 0 && damage.every(isAboutIndex) ? REINDEX : REPAIR;
  return problem(AREA, 'STORE', `${path} is damaged: ${what}`, hint);
}
