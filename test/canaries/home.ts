import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startClockify } from '../../src/sandbox/clockify.ts';
import { startEightSleep } from '../../src/sandbox/eightsleep.ts';
import { startHevy } from '../../src/sandbox/hevy.ts';
import { startOura } from '../../src/sandbox/oura.ts';
import type { SandboxServer } from '../../src/sandbox/server.ts';
import { startStrava } from '../../src/sandbox/strava.ts';
import { startWhoop } from '../../src/sandbox/whoop.ts';
import { startWithings } from '../../src/sandbox/withings.ts';
import { freePort } from '../support/freePort.ts';
import { clockAt, type Finished, type ProgramOptions, runProgram, startProgram } from '../support/program.ts';
import { MORNING } from '../support/subject.ts';
import { EMAIL, NOTE, plantValues } from './values.ts';

export const SEVEN = ['oura', 'withings', 'hevy', 'strava', 'eightsleep', 'whoop', 'clockify'] as const;
export type Id = (typeof SEVEN)[number];

/** What a person would keep to themselves; nothing else contains these. */
export const CONFIGURED = {
  ouraSecret: 'canary-1f0a-oura-client-secret',
  withingsSecret: 'canary-2b7c-withings-client-secret',
  stravaSecret: 'canary3d11stravaclientsecret',
  whoopSecret: 'canary-4e9d-whoop-client-secret',
  eightsleepSecret: 'canary-5a22-eightsleep-client-secret',
  hevyKey: 'canary-6c3f-hevy-key',
  clockifyKey: 'Y2FuYXJ5LTdkNGItY2xvY2tpZnk',
  password: 'canary 8f55 horse/battery&staple',
} as const;

export type Section = Record<string, unknown>;
type Printed = Pick<Finished, 'stdout' | 'stderr'> & { readonly args: readonly string[] };

export type Home = Awaited<ReturnType<typeof canaryHome>>;

/** A person with all seven services: each secret and many a health value is one that nothing else could print. */
export async function canaryHome({ days = 4, more = {} as Partial<Record<Id, Section>> } = {}) {
  const time = { now: MORNING };
  const redirect = `http://localhost:${await freePort()}/callback`;
  const servers = await start({ now: () => time.now, days }, redirect);
  const folder = mkdtempSync(join(tmpdir(), 'canaries-'));
  onTestFinished(async () => {
    await Promise.all(Object.values(servers).map((server) => server.close()));
    rmSync(folder, { recursive: true, force: true });
  });
  plantValues(servers);
  const sections = sectionsOf(servers, redirect);
  for (const id of SEVEN) Object.assign(sections[id], more[id]);
  const printed: Printed[] = [];
  const note = (args: readonly string[], { stdout, stderr }: Finished) =>
    void printed.push({ args, stdout, stderr });
  const around = (env: ProgramOptions['env'] = {}) => ({
    cwd: folder,
    env: { ...clockAt(time.now), ...env },
    timeout: 120_000,
  });
  const home = {
    folder,
    servers: servers as Readonly<typeof servers>,
    time,
    sections,
    /** All that any command wrote so far. */
    printed,
    redirect,
    database: join(folder, 'health.sqlite'),
    configFile: join(folder, 'health-sync.toml'),
    /** New pairs in the configuration, and a database that knows none yet. */
    signInAnew: () => {
      const { oura, clockify: _, ...rest } = servers;
      Object.assign(sections.oura, oura.issueToken());
      for (const [id, one] of Object.entries(rest)) Object.assign(sections[id as Id], one.seed());
      for (const end of ['', '-wal', '-shm']) rmSync(home.database + end, { force: true });
      home.configure();
    },
    configure: () => writeFileSync(home.configFile, tomlOf(sections), { mode: 0o600 }),
    async run(args: readonly string[], options: Pick<ProgramOptions, 'env' | 'input'> = {}) {
      const input = options.input === undefined ? {} : { input: options.input };
      const finished = await runProgram(args, { ...around(options.env), ...input });
      note(args, finished);
      return finished;
    },
    /** For whoever talks to it while it runs; it waits as long as it says. */
    begin(args: readonly string[]) {
      const started = startProgram(args, around({ HEALTH_SYNC_CLOCK: new Date(time.now).toISOString() }));
      started.finished.then((finished) => note(args, finished));
      return started;
    },
    all: (work: (server: SandboxServer, id: Id) => void) => {
      for (const id of SEVEN) work(servers[id], id);
    },
  };
  home.configure();
  return home;
}

type Servers = Awaited<ReturnType<typeof start>>;

async function start(options: { now: () => number; days: number }, redirect: string) {
  const secret = CONFIGURED;
  const redirectUris = [redirect];
  const [oura, withings, hevy, strava, eightsleep, whoop, clockify] = await Promise.all([
    startOura({ ...options, redirectUris, clientSecret: secret.ouraSecret }),
    startWithings({ ...options, redirectUris, clientSecret: secret.withingsSecret }),
    startHevy({ ...options, apiKey: secret.hevyKey }),
    startStrava({ ...options, redirectUri: redirect, clientSecret: secret.stravaSecret }),
    startEightSleep({
      ...options,
      clientSecret: secret.eightsleepSecret,
      email: EMAIL,
      password: secret.password,
      quota: 'off',
    }),
    startWhoop({ ...options, redirectUris, clientSecret: secret.whoopSecret }),
    startClockify({
      ...options,
      apiKey: secret.clockifyKey,
      plan: 'paid',
      quota: { perSecond: 1e6 },
    }),
  ]);
  clockify.addEntry({ start: '2026-03-11T08:00:00Z', end: '2026-03-11T09:00:00Z', description: NOTE });
  return { oura, withings, hevy, strava, eightsleep, whoop, clockify };
}

/** Everything that can be asked for, so that each kind of page and record passes. */
function sectionsOf(servers: Servers, redirect: string): Record<Id, Section> {
  const { oura, withings, hevy, strava, eightsleep, whoop, clockify } = servers;
  const rest = { withings, hevy, strava, eightsleep, whoop };
  const imitated = Object.fromEntries(
    Object.entries(rest).map(([id, one]) => [id, { enabled: true, ...one.settings, ...one.seed() }]),
  ) as unknown as Record<keyof typeof rest, Section>;
  return {
    ...imitated,
    oura: {
      enabled: true,
      client_id: oura.clientId,
      client_secret: oura.clientSecret,
      redirect_uri: redirect,
      base_url: oura.url,
      authorize_url: `${oura.url}/oauth/v2/ext/oauth-authorize`,
      token_url: `${oura.url}/oauth/v2/ext/oauth-token`,
      ...oura.issueToken(),
    },
    clockify: {
      api_key: clockify.apiKey,
      base_url: `${clockify.url}/api/v1`,
      workspace_id: clockify.workspaceIds[0],
      requests_per_second: 50,
      requests_per_hour: 100_000,
      source_enabled: true,
    },
  };
}

function tomlOf(sections: Record<Id, Section>): string {
  const texts = Object.entries(sections).map(([id, section]) => {
    const lines = Object.entries(section).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    return `[${id}]\n${lines.join('\n')}\n`;
  });
  return `[app]\ntimezone = "Europe/Berlin"\nlog_file = "log"\n${texts.join('')}`;
}
