import type { SandboxReply } from '../server.ts';

/** Numbers that stand in for a family; several hundred are documented, clients go by the family. */
export const INVALID = 503;
export const UNAUTHORIZED = 2555;
export const NOT_IMPLEMENTED = 2554;
export const BAD_CALLBACK = 293;
export const BAD_TOKEN = 401;
export const TOO_MANY = 601;

/** Thrown wherever a request turns out wrong. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function invalid(what: string): Refused {
  return new Refused(INVALID, `Invalid Params: ${what}`);
}

/** Ids that can outgrow 2^53: kept as text in the truth, sent as numbers. */
const IDS = new Set(['grpid', 'id', 'signalid', 'userid']);
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

function asNumber(key: string, value: unknown): unknown {
  const isText = typeof value === 'string' && IDS.has(key) && /^(0|[1-9]\d*)$/.test(value);
  return isText ? rawJSON(value) : value;
}

function sent(envelope: object): SandboxReply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(envelope, asNumber),
  };
}

export function fine(body: object): SandboxReply {
  return sent({ status: 0, body });
}

/** HTTP says 200 all the same. */
export function failure({ status, message }: Refused): SandboxReply {
  return sent({ status, body: {}, error: message });
}

/** What `run` answers, or the refusal that it threw. */
export function guarded(run: () => SandboxReply): SandboxReply {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refused) return failure(error);
    throw error;
  }
}
