import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { inTurn, type Run, succeeded } from './measure.ts';
import type { Place } from './place.ts';
import type { Services } from './services.ts';
import { requestsFile, type Stage } from './stage.ts';

/** A first sync and the bare loop over the same replies. */
export interface FirstSyncs {
  readonly services: Services;
  readonly program: readonly Run[];
  readonly bare: readonly Run[];
  readonly requests: number;
  /** Replies' bytes. */
  readonly bytes: number;
  readonly records: number;
  /** Of the last round, in bytes. */
  readonly size: { readonly program: number; readonly bare: number };
  /** Where the program's last round ended. */
  readonly place: Place;
}

export const PLAIN_SYNC = ['sync', '--no-push', '--quiet'] as const;

/** `latency`: what every request takes at least, in milliseconds. */
export async function firstSyncs(
  stage: Stage,
  services: Services,
  { rounds, latency = 0 }: { rounds: number; latency?: number },
): Promise<FirstSyncs> {
  const place = stage.place(services.sections);
  const bare = stage.place({});
  // The first run fills the memory of the services; those that count are answered from it.
  await stage.once(`remembered by ${JSON.stringify(services.sections)}`, () => run(stage, place));
  const reads = await requestsFile(services, bare);
  await services.latency(latency);
  const runs = await inTurn(rounds, {
    program: async () => {
      await services.reset();
      const result = await run(stage, place);
      await requireMemory(services, reads.requests);
      return result;
    },
    bare: async () => {
      bare.empty();
      return succeeded(stage.bareLoop(bare, reads.file));
    },
  });
  await services.latency(0);
  const records = rowsIn(place.database);
  if (records !== rowsIn(bare.database))
    throw new Error(`the program stored ${records} records, the bare loop ${rowsIn(bare.database)}`);
  const size = { program: statSync(place.database).size, bare: statSync(bare.database).size };
  bare.remove();
  return { services, ...runs, requests: reads.requests, bytes: reads.bytes, records, size, place };
}

function run(stage: Stage, place: Place): Promise<Run> {
  place.empty();
  return succeeded(stage.program(place, PLAIN_SYNC));
}

/** A reply that had to be made while it counted would have measured the imitation. */
async function requireMemory(services: Services, expected: number): Promise<void> {
  const log = await services.log();
  const made = log.filter(({ remembered }) => !remembered);
  if (made.length > 0 || log.length !== expected)
    throw new Error(
      `${log.length} requests instead of ${expected}, ${made.length} of them new: ${made[0]?.target}`,
    );
}

export function rowsIn(database: string): number {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare<[], number>('SELECT count(*) FROM records').pluck().get() ?? 0;
  } finally {
    db.close();
  }
}
