/**
 * node bench/bareLoop.ts REQUESTS DATABASE
 *
 * What reading and storing costs at the least: the requests of a first sync sent again over four connections, each
 * record put into one table. No checks, no second index, nothing remembered.
 */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Agent, request } from 'undici';
import type { Asked } from './server/front.ts';
import { type Item, itemsOf } from './server/lists.ts';

const CONNECTIONS = 4;

const [requestsFile = '', databaseFile = ''] = process.argv.slice(2);
const waiting: Asked[] = JSON.parse(readFileSync(requestsFile, 'utf8'));
const dispatcher = new Agent({ connections: CONNECTIONS });

const db = new Database(databaseFile);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE records (
  kind TEXT, id TEXT, start_time TEXT, fetched_at INTEGER, payload TEXT, PRIMARY KEY (kind, id)
) WITHOUT ROWID`);
const upsert = db.prepare(`INSERT INTO records VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (kind, id) DO UPDATE SET start_time = excluded.start_time, fetched_at = excluded.fetched_at,
    payload = excluded.payload`);

const store = db.transaction((kind: string, target: string, items: readonly Item[]) => {
  const fetchedAt = Date.now();
  for (const [index, item] of items.entries())
    upsert.run(kind, idOf(item) ?? `${target}#${index}`, startOf(item), fetchedAt, JSON.stringify(item));
});

function idOf({ id, timestamp, source, day }: Item): string | undefined {
  if (id !== undefined) return String(id);
  return timestamp === undefined ? (day as string | undefined) : `${timestamp}/${source}`;
}

function startOf({ bedtime_start, start_datetime, timestamp, day }: Item): unknown {
  return bedtime_start ?? start_datetime ?? timestamp ?? day ?? null;
}

async function worker(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { service, method, url, body, contentType } = next;
    const { pathname, search } = new URL(url);
    const reply = await request(url, {
      dispatcher,
      ...(method === 'GET' ? {} : { method: 'POST', body, headers: { 'content-type': contentType } }),
    });
    const items = itemsOf(service, await reply.body.json());
    store(`${service}.${pathname.split('/').at(-1)}`, search + body, items);
  }
}

await Promise.all(Array.from({ length: CONNECTIONS }, worker));
db.close();
await dispatcher.close();
