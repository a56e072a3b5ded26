import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { atMost, count, medianOf, megabytes, shown } from '../figures.ts';
import { PLAIN_SYNC, rowsIn } from '../firstSync.ts';
import { inTurn, succeeded } from '../measure.ts';
import type { Place } from '../place.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';

const LIMIT = 150;
/** Days of which the rows that are multiplied come. */
const DAYS = 8;

export async function largeRow(stage: Stage): Promise<Line[]> {
  const services = await stage.services({ names: ['oura'], days: DAYS });
  const place = stage.place(services.sections);
  await succeeded(stage.program(place, PLAIN_SYNC));
  fill(place, stage.options.sizes.rows);
  const sides = {
    status: () => succeeded(stage.program(place, ['status']), [0, 4]),
    checkToken: () => succeeded(stage.program(place, ['check-token'])),
  };
  await inTurn(1, sides);
  const found = await inTurn(stage.options.rounds, sides);
  const size = `${count(rowsIn(place.database))} records, ${count(Math.round(megabytes(statSync(place.database).size)))} MB`;
  await services.stop();
  place.remove();
  return (
    [
      ['status', found.status],
      ['check-token', found.checkToken],
    ] as const
  ).map(([name, runs]) => {
    const walls = runs.map(({ wall }) => wall * 1000);
    return atMost(
      `E12 ${name} at 10 million rows: wall`,
      medianOf(walls),
      LIMIT,
      'ms',
      `${shown(walls, 'ms')}; ${size}`,
    );
  });
}

/** Multiplies a heart rate row of the program's own until there are so many, one every five minutes back in time. */
function fill({ database }: Place, rows: number): void {
  const db = new Database(database);
  db.pragma('journal_mode = MEMORY');
  db.pragma('synchronous = OFF');
  const stream = db.prepare(`SELECT stream FROM sync_state WHERE resource = 'heartrate'`).pluck().get();
  const columns = db.prepare(`SELECT name FROM pragma_table_info('items')`).pluck().all() as string[];
  const changed: Readonly<Record<string, string>> = {
    id: `strftime('%Y-%m-%dT%H:%M:%SZ', n.at, 'unixepoch') || '/awake'`,
    started_at: 'n.at * 1000',
  };
  // Oldest first: a table that grows at its end is written once.
  db.prepare(
    `WITH RECURSIVE n(at) AS (
       SELECT @first UNION ALL SELECT at + 300 FROM n LIMIT @rows
     ), one AS (SELECT * FROM items WHERE stream = @stream LIMIT 1)
     INSERT INTO items (${columns.join(', ')})
     SELECT ${columns.map((name) => changed[name] ?? `one.${name}`).join(', ')} FROM n, one`,
  ).run({ stream, rows, first: firstOf(db, stream) - rows * 300 });
  db.prepare('UPDATE sync_state SET live_rows = live_rows + ? WHERE stream = ?').run(rows, stream);
  db.pragma('journal_mode = WAL');
  db.close();
}

/** When the oldest row was measured (UTC epoch seconds). */
function firstOf(db: Database.Database, stream: unknown): number {
  const select = db.prepare<unknown[], number>('SELECT min(started_at) FROM items WHERE stream = ?');
  return Math.floor((select.pluck().get(stream) ?? 0) / 1000);
}
