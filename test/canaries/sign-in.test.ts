import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answer } from '../../src/sandbox/faults.ts';
import { agree, callbackOf, hasTerminal, onTerminal } from '../cli/support.ts';
import { CONFIGURED, canaryHome, type Home, type Id } from './home.ts';
import { expectKept } from './places.ts';
import { refusal } from './replies.ts';
import { EMAIL } from './values.ts';

/** After a refusal nobody signs in again for an hour, counted from some milliseconds into the run. */
const WAIT = 3_660_000;

const BY_BROWSER = ['oura', 'withings', 'strava', 'whoop'] as const;
type ByBrowser = (typeof BY_BROWSER)[number];

/** What the person answers in the browser from now on. */
const DENY: Readonly<Record<ByBrowser, (home: Home, denied: boolean) => void>> = {
  oura: ({ servers }, denied) => servers.oura.grant.deny(denied),
  withings: ({ servers }, denied) => servers.withings.deny(denied),
  strava: ({ servers }, denied) => servers.strava.grant.deny(denied),
  whoop: ({ servers }, denied) => {
    servers.whoop.consent.denied = denied;
  },
};

const codeIn = (address: string) => new URL(address).searchParams.get('code') ?? '';

test.each(BY_BROWSER)(
  'A22 signing in to %s, however it ends: no token, code, verifier or secret is told',
  {
    timeout: 120_000,
  },
  async (id) => {
    const home = await canaryHome({ days: 2 });
    const codes: string[] = [];
    const ends = async (
      args: readonly string[],
      meanwhile: (started: ReturnType<Home['begin']>) => unknown,
    ) => {
      const started = home.begin(['auth', id, '--debug', ...args]);
      await meanwhile(started);
      started.child.stdin.end();
      return (await started.finished).code;
    };
    expect(await ends(['--json'], agree)).toBe(0);
    DENY[id](home, true);
    expect(await ends([], agree)).toBe(3);
    DENY[id](home, false);
    expect(await ends(['--timeout', '1s'], () => {})).toBe(3);

    const pasted = await ends(['--paste'], async (started) => {
      const address = await callbackOf(started);
      codes.push(codeIn(address));
      // First one of another sign-in, then something that is none, then this one's.
      const other = address.replace(/state=[^&]*/, 'state=of-another-one');
      started.child.stdin.write(`${other}\n`);
      await started.stderrMatch(/another sign-in/);
      started.child.stdin.write(`${CONFIGURED.password}\n`);
      await started.stderrMatch(/neither the address/);
      started.child.stdin.write(`${address}\n`);
    });
    expect(pasted).toBe(0);

    const refusals = [400, 401, 403, 429, 500].map((status) => refusal(status, home));
    for (const fault of [...refusals, answer(200, `{"access_token":"${CONFIGURED.hevyKey} "}`)]) {
      home.servers[id].faults.clear();
      home.servers[id].faults.add({ method: 'POST', path: /./ }, fault, 99);
      expect(await ends([], agree)).not.toBe(0);
      home.time.now += WAIT;
    }
    const also = Object.fromEntries(codes.map((code) => ['a pasted code', code]));
    expectKept(home, { also });
  },
);

const BY_TYPING: readonly (readonly [Id, readonly string[], string])[] = [
  ['hevy', ['--key-stdin'], CONFIGURED.hevyKey],
  ['clockify', ['--key-stdin'], CONFIGURED.clockifyKey],
  ['eightsleep', ['--email', EMAIL, '--password-stdin'], CONFIGURED.password],
];

test.each(BY_TYPING)(
  'A22 signing in to %s, however it ends: neither what was typed nor what came of it is told',
  {
    timeout: 120_000,
  },
  async (id, flags, secret) => {
    const home = await canaryHome({ days: 2 });
    for (const key of ['api_key', 'password', 'email']) delete home.sections[id][key];
    home.configure();
    const mistyped = 'canary-ff77-mistyped';
    const signIn = (input: string, ...more: string[]) =>
      home.run(['auth', id, ...flags, '--debug', ...more], { input: `${input}\n` });
    expect((await signIn(mistyped)).code).not.toBe(0);
    home.time.now += WAIT;
    for (const status of [401, 403, 429, 500]) {
      home.servers[id].faults.add({ path: /./ }, refusal(status, home), 99);
      expect((await signIn(secret)).code).not.toBe(0);
      home.servers[id].faults.clear();
      home.time.now += WAIT;
    }
    expect((await signIn(secret, '--json')).code).toBe(0);
    await home.run(['check-token', '--json', '--debug']);
    await home.run(['logout', id, '--debug']);
    expectKept(home, { also: { 'what was mistyped': mistyped } });
  },
);

/** Stands where a desktop keeps what opens addresses, and notes what it was started with. */
const OPENER = '#!/bin/sh\necho "$@" >> "$OPENED"\ntr "\\0" " " < /proc/$PPID/cmdline >> "$OPENED"\n';

test.skipIf(!hasTerminal)(
  'A22 the command line of the browser holds the address alone',
  {
    timeout: 60_000,
  },
  async () => {
    const home = await canaryHome({ days: 2 });
    const opened = join(home.folder, 'opened');
    writeFileSync(join(home.folder, 'xdg-open'), OPENER.replaceAll('$OPENED', opened));
    chmodSync(join(home.folder, 'xdg-open'), 0o755);
    const comeBack = async (screen: string) => {
      const [, address = ''] = /^ {2}(http\S+)\r?$/m.exec(screen) ?? [];
      const reply = await fetch(address, { redirect: 'manual' });
      await fetch(reply.headers.get('location') ?? '');
      return '';
    };
    const env = { PATH: `${home.folder}:${process.env.PATH}`, DISPLAY: ':9' };
    const answers = [[/Waiting for the browser/, comeBack]] as const;
    const { code, screen } = await onTerminal(['auth', 'oura', '--debug'], home.folder, answers, env);
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(readFileSync(opened, 'utf8')).toContain('/oauth-authorize?');
    home.printed.push({ args: ['auth', 'oura', '--debug'], stdout: screen, stderr: '' });
    expectKept(home);
  },
);
