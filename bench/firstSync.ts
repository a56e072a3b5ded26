import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { inTurn, type Run, succeeded } from './measure.ts';
import type { Place } from './place.ts';
import type { Asked } from './server/front.ts';
import type { Services } from './services.ts';
import type { Stage } from './stage.ts';

export const PLAIN_SYNC = ['sync', '--no-push', '--quiet'] as const;

/** The reads of a first sync, for the bare loop. */
export interface Reads {
  readonly file: string;
  readonly requests: number;
  /** Of the replies. */
  readonly bytes: number;
}

/** An Oura history whose replies the services remember, and the requests of a first sync of it. */
export interface History {
  readonly services: Services;
  /** Where the program's last run ended. */
  readonly place: Place;
  readonly reads: Reads;
  readonly records: number;
}

/** Starts an Oura with so many days and lets the program read it once. */
export function historyOf(stage: Stage, days: number): Promise<History> {
  return stage.once(`history of ${days} days`, async () => {
    const services = await stage.services({ names: ['oura'], days });
    const place = stage.place(services.sections);
    await succeeded(stage.program(place, PLAIN_SYNC));
    const reads = readsOf(await services.log(), place);
    return { services, place, reads, records: rowsIn(place.database) };
  });
}

export function readsOf(log: readonly Asked[], place: Place): Reads {
  const reads = log.filter(({ isRead }) => isRead);
  const file = join(place.folder, 'requests.json');
  writeFileSync(file, JSON.stringify(reads));
  return { file, requests: reads.length, bytes: reads.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Reads the whole history into a new database. Throws when the imitation had to be asked meanwhile. */
export async function firstSync(stage: Stage, { services, place, reads }: History): Promise<Run> {
  place.empty();
  await services.reset();
  const run = await succeeded(stage.program(place, PLAIN_SYNC));
  const log = await services.log();
  const made = log.find(({ remembered }) => !remembered);
  if (made !== undefined) throw new Error(`${made.url} had to be made while it counted`);
  if (log.length !== reads.requests)
    throw new Error(`${log.length} requests where there had been ${reads.requests}`);
  return run;
}

export async function bareLoop(stage: Stage, place: Place, { file }: Reads): Promise<Run> {
  place.empty();
  return succeeded(stage.script(place, 'bareLoop.ts', [file, place.database]));
}

/** First syncs and bare loops over the same replies, in turn. */
export interface Compared {
  readonly program: readonly Run[];
  readonly bare: readonly Run[];
  /** Of the database files when all is in them, in bytes. */
  readonly size: { readonly program: number; readonly bare: number };
}

export async function compared(stage: Stage, history: History): Promise<Compared> {
  const bare = stage.place({});
  await bareLoop(stage, bare, history.reads);
  const runs = await inTurn(stage.options.rounds, {
    program: () => firstSync(stage, history),
    bare: () => bareLoop(stage, bare, history.reads),
  });
  const { database } = history.place;
  const [ours, theirs] = [rowsIn(database), rowsIn(bare.database)];
  if (ours !== theirs) throw new Error(`the program stored ${ours} records, the bare loop ${theirs}`);
  const size = { program: checkpointed(database), bare: checkpointed(bare.database) };
  bare.remove();
  return { ...runs, size };
}

export function rowsIn(database: string): number {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare<[], number>('SELECT count(*) FROM records').pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

function checkpointed(database: string): number {
  const db = new Database(database);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return statSync(database).size;
}
