import { afterEach } from 'vitest';
import type { Document } from '../../src/sandbox/truth.ts';
import { startWhoop, type WhoopSandbox, type WhoopSandboxOptions } from '../../src/sandbox/whoop.ts';

export const NOON = Date.parse('2026-10-05T12:00:00Z');
export const HOUR = 3_600_000;
export const REDIRECT = 'http://localhost:8788/callback';
export const AGENT = { 'user-agent': 'a-program-of-its-own/1.0' };

export const clock = { now: NOON };
let open: WhoopSandbox | undefined;

/** Without limits unless told otherwise, since the clock stands still. */
export async function sandbox(
  options: Partial<WhoopSandboxOptions> = {},
  begins: number = NOON,
): Promise<WhoopSandbox> {
  clock.now = begins;
  open = await startWhoop({ now: () => clock.now, quota: false, ...options });
  return open;
}

afterEach(async () => {
  await open?.close();
  open = undefined;
});

export async function call(whoop: WhoopSandbox, path: string, init: RequestInit = {}) {
  const headers = { ...AGENT, ...(init.headers as Record<string, string>) };
  const reply = await fetch(whoop.url + path, { redirect: 'manual', ...init, headers });
  const text = await reply.text();
  const body = /json/.test(reply.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  return { status: reply.status, headers: reply.headers, body, text };
}

export function get(whoop: WhoopSandbox, path: string, token = whoop.issueToken().access_token) {
  return call(whoop, `/developer${path}`, { headers: { authorization: `Bearer ${token}` } });
}

/** Every record of a listing, page by page. */
export async function all(whoop: WhoopSandbox, path: string, query: Record<string, string> = {}) {
  const token = whoop.issueToken().access_token;
  const records: Document[] = [];
  const sizes: number[] = [];
  let next: string | undefined;
  do {
    const page = next === undefined ? query : { ...query, nextToken: next };
    const reply = await get(whoop, `${path}?${new URLSearchParams(page)}`, token);
    if (reply.status !== 200) throw new Error(`${path} answered ${reply.status}`);
    records.push(...reply.body.records);
    sizes.push(reply.body.records.length);
    next = reply.body.next_token ?? undefined;
  } while (next !== undefined);
  return { records, sizes };
}

export function authorize(whoop: WhoopSandbox, changes: Record<string, string> = {}) {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: whoop.clientId,
    redirect_uri: REDIRECT,
    scope: 'offline read:sleep read:cycles',
    state: 'a state of enough characters',
    ...changes,
  });
  return call(whoop, `/oauth/oauth2/auth?${query}`);
}

/** What the browser is sent back with. */
export async function returned(whoop: WhoopSandbox, changes: Record<string, string> = {}) {
  const reply = await authorize(whoop, changes);
  const target = new URL(reply.headers.get('location') ?? '');
  return { target, values: Object.fromEntries(target.searchParams) };
}

export function form(whoop: WhoopSandbox, fields: Record<string, string>, headers = {}) {
  const app = { client_id: whoop.clientId, client_secret: whoop.clientSecret };
  const body = new URLSearchParams({ ...app, ...fields });
  return call(whoop, '/oauth/oauth2/token', { method: 'POST', body, headers });
}

export async function exchange(whoop: WhoopSandbox, changes: Record<string, string> = {}) {
  const code = changes.code ?? (await returned(whoop)).values.code ?? '';
  return form(whoop, { grant_type: 'authorization_code', redirect_uri: REDIRECT, code, ...changes });
}

export function refresh(whoop: WhoopSandbox, token: string | undefined, scope = 'offline') {
  return form(whoop, { grant_type: 'refresh_token', refresh_token: token ?? '', scope });
}
