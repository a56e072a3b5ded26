import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { CONFIGURED, type Home } from './home.ts';
import { VALUES } from './values.ts';

interface Place {
  readonly name: string;
  readonly text: string;
  /** Records and what was made of them: health values belong there. */
  readonly holdsValues: boolean;
}

/** Tables for what the services said, and for entries, whose text is told by the person's template. */
const RECORDS = ['items', 'rejects', 'sessions', 'entries'];

/** Each stdout and stderr so far, each file, each table, but for those that are there to hold secrets. */
function placesOf(home: Home): Place[] {
  const printed = home.printed.flatMap(({ args, stdout, stderr }) => [
    { name: `stdout of ${args.join(' ')}`, text: stdout, holdsValues: false },
    { name: `stderr of ${args.join(' ')}`, text: stderr, holdsValues: false },
  ]);
  const files = readdirSync(home.folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const own = new Set([
    home.configFile,
    home.database,
    ...['-wal', '-shm'].map((end) => home.database + end),
  ]);
  const others = files
    .filter((file) => !own.has(file))
    .map((file) => ({ name: file, text: readFileSync(file, 'latin1'), holdsValues: isDatabase(file) }));
  const tables = files
    .filter((file) => isDatabase(file))
    .flatMap((file) => tablesOf(file, file !== home.database));
  return [...printed, ...others, ...tables];
}

function isDatabase(file: string): boolean {
  return (
    !/-(wal|shm|journal)$/.test(file) && readFileSync(file).subarray(0, 15).toString() === 'SQLite format 3'
  );
}

function tablesOf(file: string, isCopy: boolean): Place[] {
  const db = new Database(file, { readonly: true });
  try {
    const select = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
    const names = db.prepare<[], string>(select).pluck().all();
    // In a copy even the table of the tokens may hold none.
    return names
      .filter((name) => isCopy || name !== 'oauth_tokens')
      .map((name) => ({
        name: `table ${name} of ${basename(file)}`,
        text: JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).all()),
        holdsValues: RECORDS.includes(name),
      }));
  } catch (error) {
    // Damaged by the test itself: its bytes are looked at as they are.
    if (error instanceof Database.SqliteError) return [];
    throw error;
  } finally {
    db.close();
  }
}

/** Fields of requests and replies of a sign-in that nobody else may see. `state` has to be shown: it is in the address. */
const CARRIED = [
  'access_token',
  'refresh_token',
  'code',
  'code_verifier',
  'client_secret',
  'password',
  'signature',
];

/** They travel when a sign-in is revoked, and never with a question for records. */
export const OF_THE_APP = 'credentials of the app';

/** What is configured, what any service was sent or gave out, and what is stored; as it is, and as it travels. */
export function secretsOf(home: Home): Map<string, string> {
  const secrets = new Map<string, string>(Object.entries(CONFIGURED).map(([name, secret]) => [secret, name]));
  home.all(({ requests }, id) => {
    for (const { body, reply } of requests)
      for (const [name, value] of [...fieldsOf(body), ...fieldsOf(reply)])
        if (CARRIED.includes(name)) secrets.set(value, `${name} of ${id}`);
  });
  for (const section of Object.values(home.sections))
    for (const name of ['access_token', 'refresh_token'])
      if (typeof section[name] === 'string') secrets.set(section[name], `seed ${name}`);
  for (const { client_id, client_secret } of Object.values(home.sections))
    if (client_secret !== undefined)
      secrets.set(Buffer.from(`${client_id}:${client_secret}`).toString('base64'), OF_THE_APP);
  for (const [secret, name] of [...secrets]) secrets.set(encodeURIComponent(secret), `${name}, encoded`);
  return secrets;
}

/** Names and values of a form, or of a JSON document at any depth. */
function fieldsOf(text: string): [string, string][] {
  const found: [string, string][] = [...new URLSearchParams(text)];
  try {
    JSON.parse(text, (key, value: unknown) => {
      if (typeof value === 'string') found.push([key, value]);
      return value;
    });
  } catch {
    // A form.
  }
  return found.filter(([, value]) => value.length >= 8);
}

export interface Look {
  /** More secrets, by a name for them. */
  readonly also?: Readonly<Record<string, string>>;
  /** How many have to be known at least, so that a test cannot pass by knowing none. */
  readonly atLeast?: number;
}

/** Fails where any secret or health value is found, naming both and never the secret itself. */
export function expectKept(home: Home, { also = {}, atLeast = 20 }: Look = {}): void {
  const secrets = secretsOf(home);
  for (const [name, secret] of Object.entries(also)) secrets.set(secret, name);
  expect(secrets.size).toBeGreaterThanOrEqual(atLeast);
  const leaks = placesOf(home).flatMap(({ name, text, holdsValues }) => [
    ...[...secrets].filter(([secret]) => text.includes(secret)).map(([, secret]) => `${name}: ${secret}`),
    ...(holdsValues
      ? []
      : VALUES.filter((value) => text.includes(value)).map((value) => `${name}: ${value}`)),
  ]);
  expect([...new Set(leaks)]).toEqual([]);
}

/** That the health values did arrive: a place that holds none proves nothing. */
export function expectStored(home: Home): void {
  const db = new Database(home.database, { readonly: true });
  const stored = ['items', 'rejects'].map((name) =>
    JSON.stringify(db.prepare(`SELECT * FROM ${name}`).all()),
  );
  db.close();
  for (const value of VALUES) expect([value, stored.join('').includes(value)]).toEqual([value, true]);
}
