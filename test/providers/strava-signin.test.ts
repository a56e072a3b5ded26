import { describe, expect, onTestFinished, test } from 'vitest';
import { strava } from '../../src/providers/strava.ts';
import { type StravaSandboxOptions, startStrava } from '../../src/sandbox/strava.ts';
import { agree, callbackOf, Desk } from '../cli/support.ts';
import { freePort } from '../support/freePort.ts';
import { HOUR, MORNING } from '../support/subject.ts';

async function desk(options: Partial<StravaSandboxOptions> = {}, ...more: string[]) {
  const time = { now: MORNING };
  const service = await startStrava({ now: () => time.now, days: 12, ...options });
  onTestFinished(() => service.close());
  const settings = { ...service.settings, redirect_uri: `http://localhost:${await freePort()}/callback` };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const made = new Desk(['[strava]', 'enabled = true', ...lines, ...more, ''].join('\n'));
  const env = () => ({ HEALTH_SYNC_CLOCK: new Date(time.now).toISOString() });
  return Object.assign(made, {
    service,
    time,
    async signIn() {
      const started = made.begin(['auth', 'strava', '--no-browser'], { env: env() });
      await agree(started);
      return started.finished;
    },
    sync: (...args: string[]) => made.json(['sync', '--no-push', ...args], { env: env() }),
    act: (...args: string[]) => made.run(args, { env: env() }),
    private: () =>
      service.truth
        .entries('activities')
        .flatMap(([id, { visibility }]) => (visibility === 'only_me' ? [id] : [])),
  });
}

const ALL = 'read_all,profile:read_all,activity:read_all';

describe('signing in', () => {
  test('asks with commas, without a challenge, and shows what to know beforehand', async () => {
    const me = await desk({}, 'approval_prompt = "force"');
    const { code, stdout, stderr } = await me.signIn();
    expect([code, stdout]).toEqual([0, expect.stringContaining('Signed in to Strava')]);
    expect(stdout + stderr).toContain(strava.notice);
    const [asked] = me.service.requests.filter(({ path }) => path === '/oauth/authorize');
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({
      response_type: 'code',
      client_id: me.service.settings.client_id,
      redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+\/callback$/),
      scope: ALL,
      state: expect.stringMatching(/^\S{40,}$/),
      approval_prompt: 'force',
    });
  });

  test('remembers from the redirect what was granted, which no later reply repeats', async () => {
    const me = await desk();
    me.service.grant.scopes(['read_all', 'activity:read_all']);
    const { stdout } = await me.signIn();
    expect(stdout).toMatch(/Not granted: profile:read_all.*zones/s);
    const before = me.token();
    me.service.expireTokens();
    me.time.now += 7 * HOUR;
    const { code, sources } = await me.sync();
    expect(code).toBe(0);
    expect(sources).toContainEqual(
      expect.objectContaining({ source: 'strava.zones', outcome: 'NOT GRANTED' }),
    );
    expect(me.token()?.access_token).not.toBe(before?.access_token);
    expect(me.token()?.refresh_token).not.toBe(before?.refresh_token);
    expect(me.token()?.scope).toBe(before?.scope);
  });

  test('knows the person by the first reply: somebody else is refused under the same name', async () => {
    const me = await desk();
    await me.signIn();
    const other = await startStrava({ now: () => me.time.now, seed: 2 });
    onTestFinished(() => other.close());
    me.writeConfig(me.config.replaceAll(me.service.url, other.url));
    const { code, stderr } = await me.signIn();
    expect([code, stderr]).toEqual([3, expect.stringContaining('somebody else signed in')]);
  });

  test('takes no bare code, which nothing would tie to it', async () => {
    const me = await desk();
    const started = me.begin(['auth', 'strava', '--paste']);
    const address = new URL(await callbackOf(started));
    started.child.stdin.write(`${address.searchParams.get('code')}\n`);
    await started.stderrMatch(/paste the whole address/);
    started.child.stdin.write(`${address.href}\n`);
    expect((await started.finished).code).toBe(0);
  });

  test('with a code or secret that is not right says so', async () => {
    const me = await desk();
    me.writeConfig(me.config.replace(/client_secret = .*/, 'client_secret = "wrong"'));
    const { code, stderr } = await me.signIn();
    expect([code, stderr]).toEqual([3, expect.stringMatching(/invalid_client.*client_secret/s)]);
  });
});

test('while activities may be hidden for want of a permission none of them counts as deleted', async () => {
  const me = await desk(
    {},
    `scopes = ["read_all", "profile:read_all", "activity:read", "activity:read_all"]`,
  );
  await me.signIn();
  await me.sync();
  me.service.grant.scopes(['read_all', 'profile:read_all', 'activity:read']);
  await me.signIn();
  expect(me.private().length).toBeGreaterThan(0);
  const { code, totals } = await me.sync('--full');
  expect([code, totals.records.deleted]).toEqual([0, 0]);
});

test('signing out revokes the pair at the service, by its own way', async () => {
  const me = await desk();
  await me.signIn();
  const pair = me.token();
  expect((await me.act('logout', 'strava')).code).toBe(0);
  const [asked] = me.service.requests.filter(({ path }) => path === '/oauth/revoke');
  const form = new URLSearchParams(asked?.body);
  expect([asked?.status, form.get('token'), form.get('token_type_hint')]).toEqual([
    200,
    pair?.refresh_token,
    'refresh_token',
  ]);
  expect(asked?.headers.authorization).toMatch(/^Basic /);
  const reply = await fetch(`${me.service.settings.base_url}/athlete`, {
    headers: { authorization: `Bearer ${pair?.access_token}` },
  });
  expect(reply.status).toBe(401);
  expect(me.token()).toBeUndefined();
});
