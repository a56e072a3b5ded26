/**
 * Writes test/fixtures/schema/<n>.sql: a database as a program of schema n would have left it, with rows in every
 * table. Once a schema is released its file is never made again: node scripts/schemaFixture.ts 3
 */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { APPLICATION_ID } from '../src/store/database.ts';
import { migrations } from '../src/store/migrations.ts';

const NIGHT = `{"id":"night-1","day":"2026-03-12","type":"long_sleep","efficiency":94,"note":"naïve 🛌","big":9007199254740993}`;

/** Rows that a program of that schema wrote, by the schema that introduced their columns. */
const ROWS: Readonly<Record<number, string>> = {
  1: `
INSERT INTO sync_state VALUES
  (1, 'oura', 'default', 'sleep', '{"covered":[{"from":"2026-03-01","to":"2026-03-12"}],"reread":{"30":"2026-03-12"}}', 2, 1, 1773302400000, 1773302400000, 'OK', NULL),
  (2, 'oura', 'ann', 'heartrate', '{"covered":[],"reread":{}}', 1, 0, 1773302400000, NULL, 'TEMP', 'oura: the request limit is used up'),
  (3, 'oura', 'default', 'tag', '{"covered":[],"reread":{}}', 0, 0, NULL, NULL, NULL, NULL);
INSERT INTO items VALUES
  (1, 'night-1', '2026-03-12', 1773270000000, 1773298800000, NULL, 1773302400, 1773302400, NULL, NULL, x'0011223344556677', '${NIGHT}'),
  (1, 'night-2', '2026-03-11', 1773183600000, 1773212400000, 1773212500000, 1773302400, 1773302400, 1773302500, NULL, x'8899aabbccddeeff', '{"id":"night-2","day":"2026-03-11"}'),
  (1, 'night-3', '2026-03-10', NULL, NULL, NULL, 1773302400, 1773302400, NULL, 1773388800, x'0123456789abcdef', '{"id":"night-3","day":"2026-03-10"}'),
  (2, '2026-03-12T01:00:00Z/rest', NULL, 1773277200000, NULL, NULL, 1773302400, 1773302400, NULL, NULL, x'fedcba9876543210', '{"bpm":51,"source":"rest","timestamp":"2026-03-12T01:00:00Z"}');
INSERT INTO missing VALUES (1, 'night-2', 1773302400000);
INSERT INTO rejects VALUES (1, x'00000000000000ff', 'day: invalid_type', '{"id":"odd","day":null}', 1773302400);
INSERT INTO oauth_tokens (provider, account, access_token, refresh_token, expires_at, scope, world, user_id, obtained_at, seed_digest, sent_digest, sends, sent_at, reply, reply_world) VALUES
  ('oura', 'default', 'fixture-access-default', 'fixture-refresh-default', 1773388800000, 'daily heartrate', 'new', 'person-1', 1773302400000, 'seed-digest-1', NULL, 0, NULL, NULL, NULL),
  ('oura', 'ann', 'fixture-access-ann', 'fixture-refresh-ann', NULL, NULL, NULL, 'person-2', 1773302400000, NULL, 'sent-digest-2', 1, 1773302401000, '{"access_token":"fixture-access-reply"}', 'new');
INSERT INTO sync_runs VALUES
  (1, 'sync', 1773302400000, 1773302460000, 'OK', '{"records":{"created":4},"entries":{"created":1}}'),
  (2, 'cleanup', 1773302500000, NULL, NULL, NULL);
INSERT INTO entries VALUES
  ('clockify', 'workspace/user', 'oura', 'default', 'sleep', 'night-1', 'done', 'entry-1', '{"startAt":1773270000000,"endAt":1773298800000,"text":"🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-12_23:00]","projectId":"p"}', NULL, '{"day":"2026-03-12"}', '{sleep}', 0, NULL, 1773302400000),
  ('clockify', 'workspace/user', 'oura', 'default', 'sleep', 'night-2', 'intent', NULL, NULL, '{"startAt":1773183600000}', '{"day":"2026-03-11"}', '{sleep}', 0, NULL, 1773302400000),
  ('clockify', 'workspace/user', 'oura', 'ann', 'sleep', 'night-9', 'gone', NULL, NULL, NULL, '{"day":"2026-03-09"}', NULL, 1, 'declined by the service', 1773302400000);
INSERT INTO rate_spent VALUES ('clockify', 1773302400000), ('clockify', 1773302401000), ('oura', 1773302400000);
INSERT INTO rate_closed VALUES ('clockify', 1773306000000);
INSERT INTO facts VALUES ('clockify:0123456789abcdef', 'account', '{"userId":"user","userName":"Ann","zone":"UTC","workspaces":[]}', 1773302400000);
`,
  2: `
UPDATE oauth_tokens SET previous_refresh_token = 'fixture-previous-ann' WHERE account = 'ann';
INSERT INTO facts VALUES ('eightsleep sign-in as ann', 'last', '{"ending":"unproven","digest":"fixture-password-digest"}', 1773302400000),
  ('person/hevy/default', 'id', '{"credentials":"fixture-key-digest","person":"fixture-person-digest"}', 1773302400000);
`,
};

/** Rows of tables whose columns a later schema adds to: written by position, so by schema. */
const SESSIONS: Readonly<Record<number, string>> = {
  1: `INSERT INTO sessions VALUES
  (1, 'night-1', 'sleep', 'long_sleep', '2026-03-12', 1773270000000, 60, 1773298800000, 60, 27000, 94),
  (1, 'night-2', 'sleep', 'late_nap', '2026-03-11', 1773183600000, -300, 1773212400000, -240, NULL, NULL);
`,
  2: `INSERT INTO sessions VALUES
  (1, 'night-1', 'sleep', 'long_sleep', '2026-03-12', 1773270000000, 60, 1773298800000, 60, 27000, 94, NULL),
  (1, 'night-2', 'workout', 'ride', '2026-03-11', 1773183600000, -300, 1773212400000, -240, NULL, NULL, 'Round the lake');
`,
};

export function schemaFixture(schema: number): string {
  const reached = <T>(by: Readonly<Record<number, T>>) =>
    Object.entries(by).filter(([number]) => Number(number) <= schema);
  return [
    `-- Schema ${schema}, made by scripts/schemaFixture.ts. All of it is invented.`,
    `PRAGMA application_id = ${APPLICATION_ID};`,
    ...migrations.slice(0, schema),
    ...reached(ROWS).map(([, sql]) => sql),
    reached(SESSIONS).at(-1)?.[1],
    `PRAGMA user_version = ${schema};`,
    '',
  ].join('\n');
}

if (import.meta.main) {
  const schema = Number(process.argv[2]);
  const file = fileURLToPath(new URL(`../test/fixtures/schema/${schema}.sql`, import.meta.url));
  if (!(schema >= 1 && schema <= migrations.length)) throw new Error(`there is no schema ${process.argv[2]}`);
  if (existsSync(file) && process.argv[3] !== '--again') throw new Error(`${file} is there already`);
  writeFileSync(file, schemaFixture(schema));
}
