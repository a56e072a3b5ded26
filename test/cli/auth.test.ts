import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/freePort.ts';
import { agree, callbackOf, Desk, hasTerminal, mode, onTerminal, oura, ouraSection } from './support.ts';

async function desk(options: Parameters<typeof oura>[0] = {}, ...more: string[]) {
  const service = await oura(options);
  const port = await freePort();
  return Object.assign(new Desk(ouraSection(service, port, ...more)), { service, port });
}

describe('signing in with the browser', () => {
  test('keeps the pair, says what was granted and what to do next', async () => {
    const me = await desk();
    const started = me.begin(['auth', '--json']);
    expect((await agree(started)).status).toBe(200);
    const { code, stdout, stderr } = await started.finished;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({
      provider: 'oura',
      account: 'default',
      missing: [],
      unavailable: [],
      refreshable: true,
      stateChecked: true,
      enabled: true,
      database: me.database,
      next: 'oura-clockify sync --days 30',
    });
    expect(me.token()).toBeDefined();
    expect(mode(me.database)).toBe('600');
    expect(stdout + stderr).not.toContain(me.token()?.access_token);
    expect((await me.run(['check-token'])).code).toBe(0);
  });

  test('names the collections that unticked scopes will cost', async () => {
    const me = await desk({ scopes: ['email', 'personal', 'daily'] });
    const started = me.begin(['auth', 'oura', '--no-browser']);
    await agree(started);
    const { code, stdout } = await started.finished;
    expect(code).toBe(0);
    expect(stdout).toContain('Granted: email, personal, daily.');
    expect(stdout).toMatch(/^Not granted: heartrate, .*Will be missing: .*\bworkout\b.*\bheartrate\b/m);
    expect(stdout).toContain('oura-clockify auth oura');
  });

  test('a no in the browser: AUTH, nothing stored', async () => {
    const me = await desk();
    me.service.grant.deny(true);
    const started = me.begin(['auth']);
    await agree(started);
    expect(await started.finished).toMatchObject({ code: 3, stdout: '' });
    expect((await started.finished).stderr).toContain('consent was denied in the browser');
    expect(me.token()).toBeUndefined();
  });

  test('works for a provider that is not enabled, and says so', async () => {
    const me = await desk();
    const off = new Desk(me.config.replace('enabled = true', 'enabled = false'));
    const started = off.begin(['auth']);
    await agree(started);
    expect((await started.finished).stdout).toContain('set enabled = true below [oura]');
  });

  test('B11 a port in use: USAGE', async () => {
    const me = await desk();
    const other = createServer().listen(me.port, '127.0.0.1');
    onTestFinished(() => void other.close());
    const { code, stderr } = await me.run(['auth']);
    expect(code).toBe(2);
    expect(stderr).toContain(`port ${me.port} is in use by another program`);
  });

  test('B15 nobody answers: AUTH after the time given, and no prompt without a terminal', async () => {
    const me = await desk();
    const { code, stderr } = await me.run(['auth', '--timeout', '1s']);
    expect(code).toBe(3);
    expect(stderr).toContain('nobody answered in the browser within 1 s');
    expect(stderr).not.toContain('paste');
  });

  test('B15 a signal: nothing stored, the port free again', async () => {
    const me = await desk();
    const started = me.begin(['auth']);
    await started.stderrMatch(/Waiting for the browser/);
    started.child.kill('SIGTERM');
    expect(await started.finished).toMatchObject({ code: 130 });
    expect(me.token()).toBeUndefined();
    const again = createServer().listen(me.port, '127.0.0.1');
    await new Promise((resolve) => again.once('listening', resolve));
    again.close();
  });

  test('A21 somebody else than before: refused, the old pair stays', async () => {
    const me = await desk();
    const first = me.begin(['auth']);
    await agree(first);
    await first.finished;
    const before = me.token();
    const other = await oura({ seed: 2 });
    me.writeConfig(ouraSection(other, me.port));
    const stranger = me.begin(['auth']);
    await agree(stranger);
    const { code, stderr } = await stranger.finished;
    expect(code).toBe(3);
    expect(stderr).toContain('somebody else signed in');
    expect(stderr).toContain('--account NAME');
    expect(me.token()).toEqual(before);

    const named = me.begin(['--account', 'other', 'auth']);
    await agree(named);
    expect((await named.finished).code).toBe(0);
    expect(me.token()).toEqual(before);
    expect(me.token('other')).toBeDefined();
  });
});

describe('pasting', () => {
  test('B3 the address the browser ended at', async () => {
    const me = await desk();
    const started = me.begin(['auth', '--paste', '--json']);
    const callback = await callbackOf(started);
    started.child.stdin.write('http://localhost/callback?code=1&state=wrong\n');
    await started.stderrMatch(/Not accepted: it belongs to another sign-in/);
    started.child.stdin.write(`${callback}\n`);
    const { code, stdout } = await started.finished;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ stateChecked: true });
  });

  test('B3 a bare code: one line says what was not checked', async () => {
    const me = await desk();
    const started = me.begin(['auth', '--paste', '--json']);
    const callback = await callbackOf(started);
    started.child.stdin.end(`${new URL(callback).searchParams.get('code')}\n`);
    const { code, stdout, stderr } = await started.finished;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ stateChecked: false });
    expect(stderr).toContain('that was not checked');
  });

  test('a closed stdin only ends the prompt', async () => {
    const me = await desk();
    const started = me.begin(['auth', '--paste']);
    started.child.stdin.end();
    await agree(started);
    expect((await started.finished).code).toBe(0);
  });

  test.skipIf(!hasTerminal)('on a terminal', async () => {
    const me = await desk();
    const { code, screen } = await onTerminal(['auth'], me.folder, [
      [
        /Or paste the address[^:]*: /,
        async (shown) => {
          const address = /(http:\/\/127\S+)/.exec(shown)?.[1] ?? '';
          const reply = await fetch(address, { redirect: 'manual' });
          return `${reply.headers.get('location')}\r`;
        },
      ],
    ]);
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(screen).toContain('Signed in to Oura');
  });

  test.skipIf(!hasTerminal)(
    'A21 on a terminal somebody else is asked for another name, and kept there',
    async () => {
      const me = await desk();
      const first = me.begin(['auth']);
      await agree(first);
      await first.finished;
      const before = me.token();
      me.writeConfig(ouraSection(await oura({ seed: 2 }), me.port));
      const agreed = async (shown: string) => {
        const address = /(http:\/\/127\S+)/.exec(shown)?.[1] ?? '';
        const reply = await fetch(address, { redirect: 'manual' });
        return `${reply.headers.get('location')}\r`;
      };
      const { code, screen } = await onTerminal(['auth'], me.folder, [
        [/Or paste the address[^:]*: /, agreed],
        [/Name of another account.*: $/, 'other\r'],
      ]);
      expect({ code, screen }).toMatchObject({ code: 0 });
      expect(screen).toContain('Signed in to Oura as "other"');
      expect(me.token()).toEqual(before);
      expect(me.token('other')).toBeDefined();
    },
  );

  test.skipIf(!hasTerminal)('Ctrl-C at the prompt ends the sign-in', async () => {
    const me = await desk();
    const { code } = await onTerminal(['auth'], me.folder, [[/Or paste the address[^:]*: /, '\u0003']]);
    expect(code).toBe(130);
    expect(me.token()).toBeUndefined();
  });
});

describe('what stands in the way', () => {
  test('no app: USAGE with the way to one', async () => {
    const me = new Desk('[oura]\nenabled = true\n');
    const { code, stderr } = await me.run(['auth']);
    expect(code).toBe(2);
    expect(stderr).toContain('client_id and client_secret are not configured');
    expect(stderr).toContain('https://developer.ouraring.com/applications');
    expect(stderr).toContain(`below [oura] in ${me.configFile}`);
  });

  test.each([
    [['auth', 'fitbit'], 'there is no provider "fitbit"'],
    [['auth', '--key-stdin'], '--key-stdin does not belong to auth oura'],
    [['auth', 'clockify', '--paste'], '--paste does not belong to auth clockify'],
    [['auth', '--timeout', 'soon'], '--timeout must be a duration'],
    [['auth', '--surprise'], "unknown option '--surprise'"],
  ])('%j: USAGE', async (args, message) => {
    const me = await desk();
    const { code, stderr, stdout } = await me.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('logout', () => {
  test('A24 revokes at the service and leaves no byte of the pair', async () => {
    const me = await desk();
    const started = me.begin(['auth']);
    await agree(started);
    await started.finished;
    const pair = me.token();
    const out = await me.json(['logout', 'oura']);
    expect(out).toMatchObject({ code: 0, outcome: 'revoked', stillConfigured: [] });
    expect(me.service.requests.at(-1)).toMatchObject({ path: '/oauth/v2/ext/oauth-revoke', status: 200 });
    expect(me.token()).toBeUndefined();
    const bytes = readFileSync(me.database, 'latin1');
    expect(bytes).not.toContain(pair?.access_token);
    expect(bytes).not.toContain(pair?.refresh_token);
    expect((await me.run(['check-token'])).code).toBe(3);
  });

  test('A24 another program has the database open: says that bytes are left and what to do', async () => {
    const me = await desk();
    const started = me.begin(['auth']);
    await agree(started);
    await started.finished;
    const reader = new Database(me.database);
    onTestFinished(() => void reader.close());
    reader.exec('BEGIN; SELECT * FROM oauth_tokens');
    const { code, stdout } = await me.run(['logout', 'oura']);
    expect(code).toBe(0);
    expect(stdout).toContain('close other programs that have the database open and run logout again');
    reader.exec('COMMIT');
    expect(await me.json(['logout', 'oura'])).toMatchObject({ outcome: 'nothing stored', erased: true });
  });

  test('forgets although the service is away, and says so', async () => {
    const me = await desk();
    const started = me.begin(['auth']);
    await agree(started);
    await started.finished;
    await me.service.close();
    expect(await me.json(['logout', 'oura'])).toMatchObject({ code: 0, outcome: 'failed' });
    expect(me.token()).toBeUndefined();
  });

  test('without a database: none is made; a configured token is named', async () => {
    const me = await desk({}, 'access_token = "seed"');
    const out = await me.json(['logout', 'oura']);
    expect(out).toMatchObject({ code: 0, outcome: 'nothing stored' });
    expect(out.stillConfigured).toEqual([`oura.access_token (${me.configFile})`]);
    expect(me.token()).toBeUndefined();
  });
});
