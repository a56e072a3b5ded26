import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { runProgram, type Started, startProgram, temporaryFolder } from '../support/program.ts';

const FREE = ['--oura-port', '0', '--clockify-port', '0'];
const running: Started[] = [];

afterEach(async () => {
  for (const { child } of running) child.kill('SIGTERM');
  await Promise.all(running.splice(0).map(({ finished }) => finished));
});

// biome-ignore lint/suspicious/noExplicitAny: tests pick what they look at.
type Json = any;

/** Starts it and waits for what it prints. */
async function sandbox(...args: string[]): Promise<{ text: string; started: Started }> {
  const started = startProgram(['sandbox', ...FREE, ...args]);
  running.push(started);
  let text = '';
  started.child.stdout.on('data', (part: string) => {
    text += part;
  });
  await started.stderrMatch(/Ready/);
  return { text, started };
}

async function told(...args: string[]): Promise<Json> {
  return JSON.parse((await sandbox('--json', ...args)).text);
}

async function reply(url: string, init: RequestInit = {}): Promise<Json> {
  const response = await fetch(url, init);
  return response.status === 204 ? undefined : response.json();
}

/** A folder with the configuration as printed, signed in. */
async function household({ oura, config }: Json) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'health-sync.toml'), config);
  const { access_token } = await reply(`${oura.control}/token`, { method: 'POST' });
  const sync = async () => {
    const finished = await runProgram(['sync', '--json'], { cwd, env: { OURA_ACCESS_TOKEN: access_token } });
    expect(finished).toMatchObject({ code: 0 });
    return JSON.parse(finished.stdout);
  };
  return { cwd, sync };
}

test('prints a configuration that works, and control routes change what the next sync finds', async () => {
  const one = await told('--days', '10');
  expect(one).toMatchObject({ invented: true, days: 10, clockify: { plan: 'paid' } });
  const { sync } = await household(one);
  const first = await sync();
  expect(first.push.created).toBeGreaterThan(5);
  const nights = await reply(`${one.oura.control}/collections/sleep`);
  const last = nights.findLast(({ type }: Json) => type === 'long_sleep');
  await reply(`${one.oura.control}/collections/sleep/${last.id}`, { method: 'DELETE' });
  const second = await sync();
  expect(second.push).toMatchObject({ created: 0, updated: 0, deleted: 1 });
  expect(await reply(`${one.clockify.control}/entries`)).toHaveLength(first.push.created - 1);
});

test('every printed curl line is understood, and the added nap becomes an entry', async () => {
  const { text } = await sandbox('--days', '10');
  const [, config = ''] = /as health-sync\.toml:\n\n([\s\S]*?)\n\nThen/.exec(text) ?? [];
  const [, url] = /^Oura {6}(\S+)/.exec(text) ?? [];
  const { cwd, sync } = await household({ oura: { control: `${url}/_sandbox` }, config });
  await sync();
  const entry = (await reply(`${/curl -s (\S+entries)/.exec(text)?.[1]}`))[0].id;
  const lines = text.matchAll(/^ {2}curl (?:-s|-X (\w+)) (\S+)(?: -d '(.*)')?$/gm);
  const statuses: number[] = [];
  for (const [, method = 'GET', address = '', body] of lines) {
    const { status } = await fetch(address.replace('/ID', `/${entry}`), { method, ...(body && { body }) });
    statuses.push(status);
  }
  expect(statuses).toEqual([200, 204, 204, 204, 204, 200, 200, 200, 204, 204]);
  expect((await sync()).push).toMatchObject({ created: 1 });
  const db = new Database(join(cwd, 'health.sqlite'), { readonly: true });
  onTestFinished(() => void db.close());
  const nap = db.prepare("SELECT type FROM oura_sleep WHERE record_id = 'nap-1'").pluck().get();
  expect(nap).toBe('late_nap');
});

test('takes zone, plan, portals, workspaces and the life of tokens as asked', async () => {
  const options = ['--zone', 'Asia/Tokyo', '--plan', 'free', '--worlds', 'legacy', '--workspaces', '2'];
  const one = await told(...options, '--token-life', '60');
  expect(one).toMatchObject({ zone: 'Asia/Tokyo', clockify: { plan: 'free' } });
  expect(one.clockify.workspaceIds).toHaveLength(2);
  expect(one.oura.authorizeUrl).toBe(`${one.oura.url}/oauth/authorize`);
  expect(one.config).toContain('timezone = "Asia/Tokyo"');
  const nights = await reply(`${one.oura.control}/collections/sleep`);
  expect(nights[0].bedtime_start).toMatch(/\+09:00$/);
  const asked = { headers: { 'x-api-key': one.clockify.apiKey } };
  const statuses: number[] = [];
  for (let count = 0; count < 31; count += 1)
    statuses.push((await fetch(`${one.clockify.url}/user`, asked)).status);
  expect([statuses[0], statuses.at(-1)]).toEqual([200, 429]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it at once with 130', async (signal) => {
  const { started } = await sandbox();
  const began = Date.now();
  started.child.kill(signal);
  const { code, stderr } = await started.finished;
  expect(code).toBe(130);
  expect(stderr).toContain('the sandbox has ended');
  expect(Date.now() - began).toBeLessThan(3_000);
});

test.each(['--oura-port', '--clockify-port'])('a port that is taken is named: %s', async (flag) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await runProgram(['sandbox', ...FREE, flag, String(port)]);
  expect(code).toBe(2);
  expect(stderr).toContain(`port ${port} is in use`);
  expect(stderr).toContain(`${flag} 0`);
});

test.each([
  ['--days', '0'],
  ['--oura-port', '65536'],
  ['--plan', 'gold'],
  ['--zone', 'Mars/Olympus'],
  ['--worlds', 'moi,other'],
])('%s %s is refused', async (flag, value) => {
  const { code, stderr } = await runProgram(['sandbox', ...FREE, flag, value]);
  expect(code).toBe(2);
  expect(stderr).toContain(flag);
});
