import type { Resource } from '../../../src/core/provider.ts';
import type { ResourceResult } from '../../../src/core/sync.ts';
import type { Db } from '../../../src/store/database.ts';
import { Finding } from '../finding.ts';
import type { Told } from './answers.ts';

/** Remembers what is stored; beside the database, so that a case's rollback does not touch it. */
export function rememberStored(db: Db): void {
  db.exec('CREATE TEMP TABLE before AS SELECT stream, id, payload FROM items WHERE deleted_at IS NULL');
  db.exec('CREATE UNIQUE INDEX temp.before_key ON before (stream, id)');
}

export interface Outcome {
  /** The stream's number of the resource that was read. */
  readonly stream: number;
  readonly resource: Resource;
  readonly result: ResourceResult;
  readonly told: readonly Told[];
  /** Whether every record had been missing from a listing seven hours before. */
  readonly wasMissing: boolean;
  /** Every record that a reply was understood to be about. */
  readonly named: ReadonlySet<string>;
  /** What the provider makes of a reply before anybody reads it. */
  readonly plain: (reply: Told['reply']) => Told['reply'];
}

interface Changed {
  readonly stream: number;
  readonly id: string;
  /** 1: no longer there at all. */
  readonly isLost: 0 | 1;
  readonly isBuried: 0 | 1;
}

const CHANGED = `SELECT b.stream, b.id, i.id IS NULL AS isLost, i.deleted_at IS NOT NULL AS isBuried
  FROM temp.before b LEFT JOIN items i ON i.stream = b.stream AND i.id = b.id
  WHERE i.id IS NULL OR i.deleted_at IS NOT NULL OR i.payload IS NOT b.payload`;

/** Of what was stored before, nothing went without proof, and nothing changed that the replies were not about. */
export function refuseLosses(db: Db, outcome: Outcome): void {
  for (const { stream, id, isLost, isBuried } of db.prepare<[], Changed>(CHANGED).all()) {
    const what = `${outcome.resource.name} ${JSON.stringify(id)}`;
    if (isLost === 1) throw new Finding('deletions', `${what} is no longer in the database`);
    if (stream !== outcome.stream) throw new Finding('deletions', `${id} of stream ${stream} was touched`);
    if (isBuried === 1 && !isProven(id, outcome))
      throw new Finding(
        'deletions',
        `${what} was deleted without proof: ${JSON.stringify(outcome.result.counts)}`,
      );
  }
}

function isProven(id: string, { resource, result, told, named, wasMissing, plain }: Outcome): boolean {
  const replies = told.map(({ key, reply }) => ({ key, reply: plain(reply) }));
  const { document } = resource;
  if (document !== undefined) {
    const path = document(id);
    if (
      replies.some(
        ({ key, reply }) => key.trim().endsWith(path) && reply.status === 404 && isJson(reply.text),
      )
    )
      return true;
  }
  const understood = replies.filter(
    ({ reply: { status, text } }) => status >= 200 && status < 300 && isJson(text),
  );
  // A service that tells changes may tell a deletion.
  if (resource.cursor.kind === 'since' && named.has(id))
    return understood.some(({ reply: { text } }) => text.includes('"deleted"'));
  // Absent from a complete listing now, and from one long before.
  const isWhole = named.size > 0 && understood.length > 0 && result.counts.rejected === 0;
  return document === undefined && wasMissing && !named.has(id) && isWhole;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
