import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { startClockify } from '../../src/sandbox/clockify.ts';
import { startEightSleep } from '../../src/sandbox/eightsleep.ts';
import { answer, resetBefore } from '../../src/sandbox/faults.ts';
import { startHevy } from '../../src/sandbox/hevy.ts';
import { startOura } from '../../src/sandbox/oura.ts';
import type { SandboxServer } from '../../src/sandbox/server.ts';
import { startStrava } from '../../src/sandbox/strava.ts';
import { startWhoop } from '../../src/sandbox/whoop.ts';
import { startWithings } from '../../src/sandbox/withings.ts';
import { clockAt, runProgram } from '../support/program.ts';
import { MORNING } from '../support/subject.ts';

const SEVEN = ['oura', 'withings', 'hevy', 'strava', 'eightsleep', 'whoop', 'clockify'] as const;
type Id = (typeof SEVEN)[number];

/** A person with all seven services: every imitation on loopback, one configuration, one database. */
async function household(days = 7) {
  const options = { now: () => MORNING, days };
  const oura = await startOura(options);
  const clockify = await startClockify({ ...options, plan: 'paid', quota: { perSecond: 1e6 } });
  const [withings, hevy, strava, eightsleep, whoop] = await Promise.all([
    startWithings(options),
    startHevy(options),
    startStrava(options),
    startEightSleep(options),
    startWhoop(options),
  ]);
  const servers: Record<Id, SandboxServer> = { oura, withings, hevy, strava, eightsleep, whoop, clockify };
  const folder = mkdtempSync(join(tmpdir(), 'seven-'));
  onTestFinished(async () => {
    await Promise.all(Object.values(servers).map((server) => server.close()));
    rmSync(folder, { recursive: true, force: true });
  });
  const sections: Record<Id, Record<string, unknown>> = {
    oura: {
      enabled: true,
      client_id: oura.clientId,
      client_secret: oura.clientSecret,
      base_url: oura.url,
      authorize_url: `${oura.url}/oauth/v2/ext/oauth-authorize`,
      token_url: `${oura.url}/oauth/v2/ext/oauth-token`,
      ...oura.issueToken(),
    },
    ...(Object.fromEntries(
      Object.entries({ withings, hevy, strava, eightsleep, whoop }).map(([id, one]) => [
        id,
        { enabled: true, ...one.settings, ...one.seed() },
      ]),
    ) as unknown as Record<Exclude<Id, 'oura' | 'clockify'>, Record<string, unknown>>),
    clockify: {
      api_key: clockify.apiKey,
      base_url: `${clockify.url}/api/v1`,
      workspace_id: clockify.workspaceIds[0],
      requests_per_second: 50,
      requests_per_hour: 1000,
      source_enabled: true,
    },
  };
  const toml = Object.entries(sections).map(
    ([id, section]) =>
      `[${id}]\n${Object.entries(section)
        .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
        .join('\n')}\n`,
  );
  writeFileSync(join(folder, 'health-sync.toml'), `[app]\ntimezone = "Europe/Berlin"\n${toml.join('')}`, {
    mode: 0o600,
  });
  const run = (...args: string[]) =>
    runProgram(args, {
      cwd: folder,
      env: clockAt(MORNING),
      timeout: 120_000,
    });
  const all = <T>(sql: string): T[] => {
    const db = new Database(join(folder, 'health.sqlite'), { readonly: true });
    try {
      return db.prepare<[], T>(sql).all();
    } finally {
      db.close();
    }
  };
  return { servers, run, all, folder };
}

interface Source {
  source: string;
  outcome: string;
  created: number;
}

const providerOf = ({ source }: Source) => source.split('.')[0] as Id;

test('seven sources are read in one run, with each one’s progress, and meet in the common views', async () => {
  const { run, all } = await household();
  const { code, stdout } = await run('sync', '--json');
  const { sources, push } = JSON.parse(stdout) as { sources: Source[]; push: { created: number } };
  expect([code, sources.filter(({ outcome }) => outcome !== 'OK')]).toEqual([0, []]);
  expect([...new Set(sources.map(providerOf))]).toEqual([...SEVEN]);
  expect(push.created).toBeGreaterThan(4);
  const loud = await run('sync', '--no-push');
  for (const id of SEVEN)
    expect([id, new RegExp(`^${id}\\.\\w+: \\d+ new`, 'm').test(loud.stderr)]).toEqual([id, true]);
  const counted = (view: string) =>
    all<{ source: string; rows: number }>(
      `SELECT source, count(*) AS rows FROM ${view} GROUP BY source ORDER BY source`,
    ).map(({ source, rows }) => [source, rows > 0]);
  expect(counted('sleep_sessions').map(([source]) => source)).toEqual([
    'eightsleep',
    'oura',
    'whoop',
    'withings',
  ]);
  expect(counted('workouts').map(([source]) => source)).toEqual([
    'hevy',
    'oura',
    'strava',
    'whoop',
    'withings',
  ]);
  expect(counted('weights').map(([source]) => source)).toEqual(['hevy', 'withings']);
  expect(counted('daily_summary').map(([source]) => source)).toEqual(
    expect.arrayContaining(['eightsleep', 'oura', 'whoop', 'withings']),
  );
  const offsets = all<{ start_time: string }>('SELECT start_time FROM sleep_sessions');
  for (const { start_time } of offsets)
    expect(start_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
  const again = JSON.parse((await run('sync', '--json')).stdout) as {
    totals: { records: { created: number } };
  };
  expect(again.totals.records.created).toBe(0);
});

test.each([
  ['does not answer', (server: SandboxServer) => server.faults.add({ path: /./ }, resetBefore, 9_999)],
  [
    'answers nonsense',
    (server: SandboxServer) => server.faults.add({ path: /./ }, answer(200, '<html>'), 9_999),
  ],
])('one that %s changes nothing for the other six', async (_name, breakIt) => {
  const { run, servers, all } = await household(3);
  breakIt(servers.hevy);
  const { code, stdout, stderr } = await run('sync', '--json');
  const { sources, push } = JSON.parse(stdout) as { sources: Source[]; push: { created: number } };
  expect(code).toBe(5);
  const failed = sources.filter(({ outcome }) => outcome !== 'OK');
  expect([...new Set(failed.map(providerOf))]).toEqual(['hevy']);
  expect(push.created).toBeGreaterThan(0);
  expect(stderr).toMatch(/hevy/);
  const stored = all<{ provider: string }>('SELECT DISTINCT provider FROM records ORDER BY provider');
  expect(stored.map(({ provider }) => provider)).toEqual(SEVEN.filter((id) => id !== 'hevy').sort());
});

test('status, check-token, providers and verify know all seven', async () => {
  const { run } = await household(3);
  await run('sync', '--quiet');
  for (const command of ['status', 'check-token', 'providers', 'verify']) {
    const { code, stdout } = await run(command, '--json');
    const text = stdout.toLowerCase();
    expect([command, [0, 4, 5].includes(code ?? -1)]).toEqual([command, true]);
    for (const id of SEVEN) expect([command, id, text.includes(id)]).toEqual([command, id, true]);
    expect(stdout).not.toContain('"outcome": "BUG"');
  }
});
