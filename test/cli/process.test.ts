import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { answer, type Fault, stall } from '../../src/sandbox/faults.ts';
import { Lock } from '../../src/store/lock.ts';
import { type Household, type HouseholdOptions, hold, householdOf, nights } from '../support/household.ts';
import { type Finished, runProgram } from '../support/program.ts';
import { silentServer } from '../support/silentServer.ts';

const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  homes.push(home);
  return home;
}

const STACK = /\n\s+at |\bnode:internal/;

function isClean(home: Household): void {
  expect(home.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const lock = Lock.try(`${home.database}.run.lock`);
  expect(lock).toBeDefined();
  lock?.release();
}

describe('G1 with an empty environment, no terminal and no home', () => {
  const bare = (home: Household, args: readonly string[]) =>
    runProgram(args, {
      cwd: home.folder,
      env: { PATH: undefined, HOME: undefined, HEALTH_SYNC_CLOCK: new Date(home.time.now).toISOString() },
      timeout: 20_000,
    });

  test('sync, status and check-token work', async () => {
    const home = await sleepers(2);
    expect((await bare(home, ['sync'])).code).toBe(0);
    expect(home.clockify.entries().length).toBe(2);
    for (const command of ['status', 'check-token']) {
      const { code, stderr } = await bare(home, [command]);
      expect([command, code, stderr]).toEqual([command, 0, '']);
    }
  });

  test('what would ask a person ends with USAGE instead of waiting', async () => {
    const home = await sleepers(2);
    await home.sync();
    const { code, signal, stderr } = await bare(home, ['cleanup']);
    expect([code, signal]).toEqual([2, null]);
    expect(stderr).toContain('--yes');
    expect(home.clockify.entries().length).toBe(2);
  });

  test('sync without a configuration says where it looked and makes no database', async () => {
    const { code, stderr } = await runProgram(['sync'], { env: { PATH: undefined, HOME: undefined } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/no configuration found; looked for .*health-sync\.toml/);
  });
});

describe.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('G2 %s', (signal) => {
  test('while reading and while writing: 130 within five seconds, a clean database, and the next run completes', async () => {
    const home = await sleepers(3);
    const stop = async (at: RegExp, server: { requests: { path: string; method: string }[] }) => {
      const { child, finished } = home.begin(['sync']);
      await home.received(server, at);
      const before = performance.now();
      child.kill(signal);
      const { code, stderr } = await finished;
      expect(performance.now() - before).toBeLessThan(5_000);
      expect(code).toBe(130);
      expect(stderr).toContain(`stopped by ${signal}; everything done so far is saved`);
      expect(stderr).not.toMatch(STACK);
      isClean(home);
      const [run] = home.rows<{ outcome: string }>('SELECT * FROM sync_runs ORDER BY run DESC LIMIT 1');
      expect(run?.outcome).toBe('INTERRUPTED');
    };
    hold(home);
    await stop(/usercollection/, home.oura);
    home.clockify.faults.add({ method: 'POST', path: /time-entries$/ }, { ...stall, reachesHandler: true });
    await stop(/workspaces\/\w+\/time-entries$/, home.clockify);
    const { code, push } = await home.sync();
    expect([code, push.created, push.adopted]).toEqual([0, 2, 1]);
    expect(home.clockify.entries().length).toBe(3);
  });
});

test('G2 while a connection is being made, to the data or to the tokens: 130 within three seconds, and said', async () => {
  const home = await sleepers(2);
  const silent = await silentServer();
  for (const key of ['base_url', 'token_url']) {
    if (key === 'token_url') home.time.now += 25 * 3_600_000;
    const before = readFileSync(home.configFile, 'utf8');
    writeFileSync(
      home.configFile,
      before.replace(new RegExp(`^${key} = .*`, 'm'), `${key} = "${silent.url}/x"`),
    );
    const connected = silent.connected();
    const { child, finished } = home.begin(['sync']);
    await connected;
    const since = performance.now();
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect([key, code]).toEqual([key, 130]);
    expect(performance.now() - since).toBeLessThan(3_000);
    expect(stderr).toContain('stopped by SIGINT; everything done so far is saved');
    isClean(home);
    writeFileSync(home.configFile, before);
  }
  expect(home.rows('SELECT sends FROM oauth_tokens')).toEqual([{ sends: 0 }]);
  expect((await home.sync()).code).toBe(0);
});

test('G3 a reader that goes away costs no stack and no record', async () => {
  const home = await sleepers(3);
  for (const stream of ['stdout', 'stderr'] as const) {
    const { child, finished } = home.begin(['sync', '--full']);
    child[stream].destroy();
    const { signal, stderr } = await finished;
    expect(signal).toBeNull();
    expect(stderr).not.toMatch(STACK);
  }
  expect((await home.sync()).code).toBe(0);
  expect(home.clockify.entries().length).toBe(3);
  isClean(home);
});

test('G3 when only the reader of the progress lines goes away, the run still does its work', async () => {
  const home = await sleepers(3, { config: { oura: 'resources = ["sleep", "workout", "session", "tag"]' } });
  const { child, finished } = home.begin(['sync']);
  child.stderr.destroy();
  await finished;
  expect(home.clockify.entries().length).toBe(3);
});

/** A byte every now and then, and never an end. */
const drip: Fault = {
  reachesHandler: false,
  play: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 50);
    response.once('close', () => clearInterval(timer));
  },
};

test('C1 G4 G5 against a service that sleeps or drips, or behind another one’s renewal, the run ends by its own limit', {
  timeout: 90_000,
}, async () => {
  const limited = () => sleepers(2, { config: { app: 'run_deadline = "10s"' } });
  const ends = async (home: Household): Promise<Finished> => {
    const before = performance.now();
    const finished = await home.run(['sync']);
    expect(performance.now() - before).toBeLessThan(16_000);
    expect(finished.stderr).toContain('the run took longer than 10 s');
    expect(finished.stderr).not.toMatch(STACK);
    isClean(home);
    return finished;
  };
  const [asleep, dripping, writing] = await Promise.all([limited(), limited(), limited()]);
  asleep.oura.faults.add({ path: /usercollection/ }, stall, 9);
  dripping.oura.faults.add({ path: /usercollection/ }, drip, 9);
  writing.clockify.faults.add({ method: 'POST', path: /time-entries$/ }, { ...stall, reachesHandler: true });
  const behind = await limited();
  await behind.fill();
  behind.time.now += 25 * 3_600_000;
  const lock = Lock.try(`${behind.database}.oura.default.lock`);
  expect(lock).toBeDefined();
  const codes = (await Promise.all([asleep, dripping, writing, behind].map(ends))).map(({ code }) => code);
  lock?.release();
  expect(codes).toEqual([4, 4, 5, 4]);
  for (const home of [asleep, dripping, writing, behind]) {
    home.oura.faults.clear();
    expect((await home.sync()).code).toBe(0);
    expect(home.clockify.entries().length).toBe(2);
  }
});

describe('G10 each class reaches its code, in one line and without a stack', () => {
  const ways: [string, number, (home: Household) => Promise<Finished>][] = [
    ['OK', 0, (home) => home.run(['sync'])],
    ['USAGE', 2, (home) => home.run(['sync', '--days', 'many'])],
    [
      'AUTH',
      3,
      (home) => {
        home.oura.grant.revoke();
        return home.run(['sync']);
      },
    ],
    [
      'TEMP',
      4,
      (home) => {
        home.oura.faults.add({ path: /sleep/ }, answer(429, '', { 'retry-after': '900' }));
        return home.run(['sync', '--no-push']);
      },
    ],
    [
      'PARTIAL',
      5,
      (home) => {
        home.clockify.faults.add({ method: 'POST', path: /time-entries/ }, answer(500));
        return home.run(['sync']);
      },
    ],
    [
      'LOCKED',
      6,
      async (home) => {
        await home.run(['sync', '--no-push']);
        const lock = Lock.try(`${home.database}.run.lock`);
        try {
          return await home.run(['sync']);
        } finally {
          lock?.release();
        }
      },
    ],
    [
      'STORE',
      7,
      (home) => {
        writeFileSync(home.database, 'dear diary'.repeat(500));
        return home.run(['sync']);
      },
    ],
    [
      'CONTRACT',
      8,
      (home) => {
        home.oura.faults.add({ path: /sleep/ }, answer(200, '<html>'));
        return home.run(['sync', '--no-push']);
      },
    ],
  ];
  test.each(ways)('%s is %i', async (_, code, way) => {
    const home = await sleepers(2);
    const finished = await way(home);
    expect(finished.code).toBe(code);
    expect(finished.stderr).not.toMatch(STACK);
    const said = finished.stderr.split('\n').filter((line) => line.startsWith('oura-clockify: '));
    if (code === 0) expect(said).toEqual([]);
    else expect(said.length).toBeGreaterThan(0);
    expect(finished.stderr).not.toMatch(/access-|refresh-|sandbox-secret/);
    if (code === 7) expect(readFileSync(home.database, 'utf8')).toBe('dear diary'.repeat(500));
  });

  test('G9 BUG: a rejection that nobody handles is 1, never 0', async () => {
    const home = await sleepers(2);
    hold(home);
    const fault =
      "process.on('newListener',(n)=>n==='unhandledRejection'&&setTimeout(()=>Promise.reject(new Error('boom')),100))";
    const { code, stderr } = await home.run(['sync'], {
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(fault)}`,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('this is a fault of the program: boom');
    expect(stderr).not.toMatch(STACK);
    home.oura.faults.clear();
    expect((await home.sync()).code).toBe(0);
  });
});
