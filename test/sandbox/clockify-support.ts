import { afterEach } from 'vitest';
import {
  type ClockifySandbox,
  type ClockifySandboxOptions,
  startClockify,
} from '../../src/sandbox/clockify.ts';

export const NOW = Date.parse('2026-09-10T12:00:00Z');

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: replies of every shape, asserted field by field
  readonly body: any;
}

export interface Fixture {
  readonly sandbox: ClockifySandbox;
  /** The first workspace's path and, below it, the user's entries. */
  readonly workspace: string;
  readonly mine: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  advance(milliseconds: number): void;
}

const running: ClockifySandbox[] = [];
afterEach(() => Promise.all(running.splice(0).map((sandbox) => sandbox.close())));

export async function clockify(options: Partial<ClockifySandboxOptions> = {}): Promise<Fixture> {
  let now = NOW;
  const sandbox = await startClockify({ now: () => now, ...options });
  running.push(sandbox);
  const workspace = `/workspaces/${sandbox.workspaceIds[0]}`;
  return {
    sandbox,
    workspace,
    mine: `${workspace}/user/${sandbox.userId}/time-entries`,
    send: async (method, path, body, headers = { 'x-api-key': sandbox.apiKey }) => {
      const response = await fetch(`${sandbox.url}/api/v1${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = response.headers.get('content-type')?.startsWith('application/json');
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
    },
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** A night's body with every time as the service wants it. */
export const NIGHT = {
  start: '2026-09-09T21:50:03Z',
  end: '2026-09-10T05:11:54Z',
  description: 'Night sleep',
};
