import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { breakIndex, breakPage, cutOff, overwrite, statements } from '../support/damage.ts';
import { type Household, householdOf, nights } from '../support/household.ts';
import { SOURCES } from '../support/program.ts';

let home: Household;
let sound: Buffer;

beforeAll(async () => {
  home = await householdOf(nights(60));
  await home.fill();
  statements(home.database, 'PRAGMA wal_checkpoint(TRUNCATE)');
  sound = readFileSync(home.database);
});
afterAll(() => home.end());

beforeEach(() => {
  rmSync(home.database, { force: true, recursive: true });
  for (const end of ['-wal', '-shm', '.run.lock']) rmSync(home.database + end, { force: true });
  writeFileSync(home.database, sound, { mode: 0o600 });
});

interface Check {
  readonly level: 'ok' | 'warning' | 'problem';
  readonly message: string;
  readonly hint: string | null;
}

async function verify(): Promise<{ code: number | null; checks: Check[] }> {
  const { code, stdout, stderr } = await home.run(['verify', '--json']);
  expect(stderr).not.toMatch(FAULT);
  return { code, checks: JSON.parse(stdout).checks };
}

/** A stack, or our own fault. */
const FAULT = /\n\s+at |fault of the program/;

interface Kind {
  readonly name: string;
  readonly damage: (path: string) => void;
  /** What `verify` says, and the next step it names. */
  readonly says: RegExp;
  readonly next: RegExp;
  /** Exit codes that other commands may end with; 7 alone: none of them can work. */
  readonly others?: readonly number[];
  /** The file keeps every byte. */
  readonly untouched?: true;
}

const RESTORE = /Restore a backup/;
const AGAIN = /oura-clockify sync --full/;

const KINDS: readonly Kind[] = [
  {
    name: 'E9 its header',
    damage: (path) => overwrite(path, 0, 16),
    says: /not a SQLite database, or its beginning is damaged/,
    next: RESTORE,
    untouched: true,
  },
  {
    name: 'E9 its first page',
    damage: (path) => overwrite(path, 100, 2000),
    says: /is damaged: .*malformed/,
    next: RESTORE,
  },
  {
    name: 'E9 a page in the middle',
    damage: (path) => breakPage(path, 'items'),
    says: /is damaged: /,
    next: RESTORE,
    others: [0, 7],
  },
  {
    name: 'E9 an index that does not fit its table',
    damage: breakIndex,
    says: /is damaged: .*items_by_day/,
    next: /only an index is wrong.*`backup`/i,
    others: [0, 7],
  },
  {
    name: 'E9 cut off in the middle',
    damage: (path) => cutOff(path, 0.5),
    says: /is damaged/,
    next: RESTORE,
    others: [0, 7],
  },
  {
    name: 'E9 cut off within its first page',
    damage: (path) => writeFileSync(path, sound.subarray(0, 2000)),
    says: /is damaged/,
    next: RESTORE,
  },
  {
    name: 'E9 a journal of garbage',
    damage: (path) => writeFileSync(`${path}-wal`, Buffer.alloc(4152, 0xa5), { mode: 0o600 }),
    says: /health\.sqlite-wal is damaged: what was written last may be lost/,
    next: /oura-clockify sync/,
    others: [0],
  },
  {
    name: 'E8 the mark of another program',
    damage: (path) => statements(path, 'PRAGMA application_id = 7'),
    says: /belongs to another program/,
    next: /--db FILE/,
    untouched: true,
  },
  {
    name: 'E6 a newer schema',
    damage: (path) => statements(path, 'PRAGMA user_version = 99'),
    says: /written by a newer oura-clockify \(schema 99/,
    next: /Install the newer oura-clockify/,
    untouched: true,
  },
  {
    name: 'E9 a schema that its tables are ahead of',
    damage: (path) => statements(path, 'PRAGMA user_version = 1'),
    says: /cannot be used/,
    next: RESTORE,
  },
  {
    name: 'E9 a table that is gone',
    damage: (path) => statements(path, 'DROP TABLE rejects; DROP TABLE sessions'),
    says: /cannot be used/,
    next: RESTORE,
  },
  {
    name: 'E9 a folder in its place',
    damage: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    says: /is not a file/,
    next: /--db FILE/,
  },
];

describe.each(KINDS)('$name', ({ damage, says, next, others = [7], untouched }) => {
  test('verify names it and the next step, exit 7; nothing else ends with a stack', async () => {
    damage(home.database);
    const bytes = untouched ? readFileSync(home.database) : undefined;
    const { code, checks } = await verify();
    const problems = checks.filter(({ level }) => level === 'problem');
    expect(problems.map(({ message, hint }) => `${message} ${hint}`).join('\n')).toMatch(says);
    const found = problems.find(({ message }) => says.test(message));
    expect([code, found?.hint]).toEqual([7, expect.stringMatching(next)]);
    expect(found?.hint).not.toMatch(/oura-clockify verify/);
    if (bytes !== undefined) expect(readFileSync(home.database).equals(bytes)).toBe(true);
    for (const command of [['status'], ['sync', '--no-push'], ['backup', 'saved.sqlite', '--force']]) {
      const { code, stderr } = await home.run(command);
      expect([command, stderr]).toEqual([command, expect.not.stringMatching(FAULT)]);
      expect([command, others.includes(code as number), code]).toEqual([command, true, code]);
    }
    if (bytes !== undefined) expect(readFileSync(home.database).equals(bytes)).toBe(true);
  });
});

/** What reads as a database and does not hold what it should. */
interface Content {
  readonly name: string;
  readonly sql: string;
  readonly says: readonly RegExp[];
}

const CONTENT: readonly Content[] = [
  {
    name: 'counters, records, sessions, remembered answers',
    sql: `UPDATE sync_state SET live_rows = 7, deleted_rows = 2;
      UPDATE items SET payload = '{' WHERE id = 'night-2026-03-12';
      INSERT INTO sessions SELECT stream, 'ghost', kind, type, '2026-02-02', start_at, start_offset, end_at,
        end_offset, asleep_seconds, efficiency, title FROM sessions LIMIT 1;
      UPDATE facts SET value = '[';
      UPDATE sync_runs SET summary = 'x';`,
    says: [
      /counters do not fit .*oura\.sleep/,
      /oura\.sleep: records that cannot be read \(1\)/,
      /oura\.sleep: sessions without a record \(1\)/,
      /remembered answers that cannot be read/,
      /sync: runs whose result cannot be read \(1\)/,
    ],
  },
  {
    name: 'the ledger',
    sql: "UPDATE entries SET session = '{' WHERE record_id = 'night-2026-03-12'",
    says: [/oura\.sleep: rows of the ledger of entries that cannot be read \(1\)/],
  },
  {
    name: 'what was read so far',
    sql: "UPDATE sync_state SET state = 'nonsense'",
    says: [/oura\.sleep: what was read so far cannot be read/],
  },
];

describe.each(CONTENT)('E9 $name', ({ sql, says }) => {
  test('verify names it, nothing ends with a stack, and `sync --full` puts it right', async () => {
    statements(home.database, sql);
    const entries = home.clockify.entries();
    const { code, checks } = await verify();
    expect(code).toBe(7);
    for (const one of says) {
      const found = checks.find(({ level, message }) => level === 'problem' && one.test(message));
      expect([one, found?.hint]).toEqual([one, expect.stringMatching(AGAIN)]);
    }
    for (const command of ['status', 'sync']) {
      const { code, stderr } = await home.run([command]);
      expect([command, stderr]).toEqual([command, expect.not.stringMatching(FAULT)]);
      expect([0, 5, 7]).toContain(code);
    }
    expect((await home.run(['sync', '--full'])).code).toBe(0);
    expect((await verify()).code).toBe(0);
    const select =
      "SELECT json_valid(payload_json) AS sound FROM records WHERE record_id = 'night-2026-03-12'";
    expect(home.rows(select)).toEqual([{ sound: 1 }]);
    const counters = 'SELECT live_rows, deleted_rows FROM sync_state';
    expect(home.rows(counters)).toEqual([{ live_rows: 60, deleted_rows: 0 }]);
    expect(home.rows('SELECT * FROM sessions')).toHaveLength(60);
    expect([home.clockify.entries(), home.ledger().length]).toEqual([entries, 60]);
  });
});

test('E9 items that were set aside are no damage: a warning, exit 0', async () => {
  statements(home.database, "INSERT INTO rejects VALUES (1, x'00', 'day: invalid', '{}', 0)");
  const { code, checks } = await verify();
  const found = checks.find(({ message }) => message.includes('set aside'));
  expect([code, found?.level, found?.message]).toEqual([
    0,
    'warning',
    expect.stringContaining('oura.sleep: 1 items'),
  ]);
});

test('E9 an index is mended by a backup that is restored', async () => {
  breakIndex(home.database);
  const { stdout } = await home.run(['backup', 'mended.sqlite', '--force']);
  expect(stdout).toContain('that of the backup was made anew');
  copyFileSync(join(home.folder, 'mended.sqlite'), home.database);
  for (const end of ['-wal', '-shm']) rmSync(home.database + end, { force: true });
  expect(home.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

test('E5 a folder that may not be written to: STORE, whatever the command', () => {
  // root may write anywhere: then it is tried as nobody, who has to get there.
  const folder = mkdtempSync(join(tmpdir(), 'read-only-'));
  const file = join(folder, 'health.sqlite');
  writeFileSync(file, sound, { mode: 0o600 });
  if (process.getuid?.() === 0) for (const path of [file, folder]) chownSync(path, 65_534, 65_534);
  chmodSync(folder, 0o555);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const env = { PATH: process.env.PATH, HOME: folder, HEALTH_SYNC_DB: file, HEVY_API_KEY: 'x' };
  try {
    for (const command of ['verify', 'status', 'backup']) {
      const { status, stderr } = spawnSync(process.execPath, [SOURCES, command], {
        cwd: folder,
        env,
        encoding: 'utf8',
        ...nobody,
      });
      expect([command, status, stderr]).toEqual([command, 7, expect.stringMatching(/cannot be written/)]);
      expect([command, stderr]).toEqual([command, expect.not.stringMatching(FAULT)]);
    }
  } finally {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  }
});
