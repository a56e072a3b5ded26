import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { stall } from '../../src/sandbox/faults.ts';
import { canRunCron, startCron } from '../support/cronDaemon.ts';
import { Household, until } from '../support/household.ts';
import { ENTRY, runProgram } from '../support/program.ts';

const document = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');

/** The line that people copy. */
function recommended(name: string): string {
  const [, line = ''] = /```crontab\n(.+)\n```/.exec(document(name)) ?? [];
  return line;
}

/** The very same line, at every minute and with the paths of this machine. */
function everyMinute(line: string, home: Household): string {
  return line
    .replace(/^\S+ \S+ \S+ \S+ \S+ /, '* * * * * ')
    .replace('/usr/local/bin/oura-clockify', `${process.execPath} ${ENTRY}`)
    .replace('/home/ann/health/health-sync.toml', home.configFile);
}

const LINE = recommended('README.md');

test('README, quickstart and the help of sync recommend one and the same line', async () => {
  expect(LINE).toMatch(/^[\d,* ]+ \/\S+ --config \/\S+ sync --quiet$/);
  expect(recommended('docs/quickstart.md')).toBe(LINE);
  expect((await runProgram(['sync', '--help'])).stdout).toContain(`  ${LINE}\n`);
});

/** A person of today: cron knows no other time. */
async function today(app: string): Promise<Household> {
  const home = await Household.start({
    start: Date.now(),
    oura: { days: 4 },
    config: { app: `log_file = "log"\n${app}`, oura: 'resources = ["sleep", "personal_info"]' },
  });
  onTestFinished(() => home.end());
  return home;
}

interface Noted {
  readonly command: string;
  readonly outcome: string;
  readonly seconds: number;
}

const noted = (home: Household): Noted[] =>
  home.rows('SELECT command, outcome, (ended_at - started_at) / 1000.0 AS seconds FROM sync_runs');

const logged = (home: Household): { outcome: string; message?: string; totals?: { push: unknown } }[] =>
  readFileSync(`${home.folder}/log`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test.skipIf(!canRunCron())(
  'G1 under a real cron daemon, with no terminal and no home, sync works, reports and ends in time',
  { timeout: 200_000 },
  async () => {
    const [plain, bare, advised, refused, slow] = await Promise.all([
      today('run_deadline = "90s"'),
      today('run_deadline = "90s"'),
      today('run_deadline = "90s"'),
      today('run_deadline = "90s"'),
      today('run_deadline = "10s"'),
    ]);
    const advice = await runProgram(['--config', advised.configFile, 'verify'], { cwd: '/' });
    const [advisedLine = ''] = /\d+ \d+ \* \* \* .* sync --quiet/.exec(advice.stdout) ?? [];
    refused.oura.grant.revoke();
    slow.oura.faults.add({ path: /usercollection/ }, stall, 99);
    const cron = startCron([
      everyMinute(LINE, plain),
      everyMinute(LINE, bare).replace('* * * * * ', '* * * * * /usr/bin/env -i '),
      everyMinute(advisedLine, advised),
      everyMinute(LINE, refused),
      everyMinute(LINE, slow),
    ]);
    const homes = { plain, bare, advised, refused, slow };
    const runOf = (home: Household) => cron.runs().find(({ command }) => command.includes(home.configFile));
    try {
      await until(() => Object.values(homes).every((home) => runOf(home) !== undefined), 150_000);
    } finally {
      await cron.stop();
    }

    const codes = Object.entries(homes).map(([name, home]) => [name, runOf(home)?.code]);
    expect(Object.fromEntries(codes)).toEqual({ plain: 0, bare: 0, advised: 0, refused: 3, slow: 4 });
    for (const { terminal, env } of cron.runs()) {
      expect(terminal).toBe(false);
      expect(env).toContain('PATH=/usr/bin:/bin');
      expect(env.some((line) => /^(TERM|DISPLAY|XDG_|HEALTH_SYNC)/.test(line))).toBe(false);
    }
    for (const home of [plain, bare, advised]) {
      expect(home.clockify.entries().length).toBeGreaterThan(2);
      expect(noted(home)[0]).toMatchObject({ command: 'sync', outcome: 'OK' });
      expect(noted(home)[0]?.seconds).toBeLessThan(90);
      expect(logged(home)[0]).toMatchObject({ outcome: 'OK' });
      const { stdout } = await home.run(['status', '--json']);
      expect(JSON.parse(stdout).lastRun).toMatchObject({ outcome: 'OK' });
    }

    for (const home of Object.values(homes)) home.time.now = Date.now();
    // Quiet is quiet: only those that need a person, or were too slow, had something to say.
    const mailAbout = (home: Household) => cron.mails().filter((mail) => mail.includes(home.configFile));
    for (const home of [plain, bare, advised]) expect(mailAbout(home)).toEqual([]);
    const [mail = ''] = mailAbout(refused);
    expect(mail).toMatch(/oura-clockify: oura: .*not accept this sign-in/);
    expect(mail).toContain(`--config ${refused.configFile} auth oura`);
    expect(mailAbout(slow)[0]).toContain('the run took longer than 10 s');
    expect(noted(slow)[0]?.seconds).toBeLessThan(30);

    expect(noted(refused)[0]).toMatchObject({ outcome: 'AUTH' });
    expect(logged(refused)[0]).toMatchObject({ outcome: 'AUTH', message: expect.stringContaining('oura') });
    const verified = await refused.run(['verify']);
    expect(verified.code).toBe(3);
    expect(verified.stdout + verified.stderr).toContain('auth oura');
    expect((await refused.run(['status'])).stdout).toMatch(/AUTH/);
  },
);
