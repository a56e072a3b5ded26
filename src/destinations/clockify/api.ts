import * as z from 'zod';
import { apiKey } from '../../auth/apiKey.ts';
import type { Clock } from '../../core/clock.ts';
import { DeclinedError } from '../../core/destination.ts';
import { AuthError, ContractError, type ProgramError } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import { Client } from '../../http/client.ts';
import type { Incoming } from '../../http/exchange.ts';
import { Gate } from '../../http/gate.ts';
import type { Wire } from '../../http/wire.ts';
import { runHint } from '../../program.ts';
import type { RateWindows } from '../../store/windows.ts';
import { type ClockifyConfig, FREE_PER_HOUR } from './config.ts';
import { SOURCE } from './name.ts';

/** A 429 that does not say how long: the quota's window may be an hour. */
const UNEXPLAINED = 3_600_000;

/** "Unknown X-Api-Key"; a valid key at another region's host looks just the same. */
const UNKNOWN_KEY = 4003;

export interface ApiOptions {
  readonly config: ClockifyConfig;
  readonly wire: Wire;
  readonly windows: RateWindows;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Sleep through closed windows instead of ending. */
  readonly wait: boolean;
}

export interface Api {
  readonly client: Client;
  readonly gate: Gate;
  /** `undefined`: no hourly limit. */
  limitPerHour(perHour: number | undefined): void;
}

/** The API of one base URL with one key. Throws AuthError without a key. */
export function openApi(options: ApiOptions): Api {
  const { config, wire, windows, clock, signal } = options;
  if (config.api_key === undefined) {
    throw new AuthError(`${SOURCE}: no API key is configured`, {
      source: SOURCE,
      hint: runHint('auth clockify'),
    });
  }
  const limits = (perHour: number | undefined) => limitsOf(config, perHour);
  const gate = new Gate({
    scope: SOURCE,
    windows,
    clock,
    limits: limits(FREE_PER_HOUR),
    waitForever: options.wait,
  });
  const client = new Client({
    source: SOURCE,
    baseUrl: config.base_url,
    wire,
    gate,
    authorizer: apiKey('x-api-key', config.api_key),
    clock,
    concurrency: 1,
    signal,
    explain,
  });
  return {
    client,
    gate,
    limitPerHour: (perHour) => {
      gate.limits = limits(perHour);
    },
  };
}

/** One budget for everything that is sent there, whoever sends it. `perHour`: what the workspace's plan allows. */
export function limitsOf(config: ClockifyConfig, perHour: number | undefined): Limits {
  const requests = config.requests_per_hour ?? perHour;
  return {
    windows: requests === undefined ? [] : [{ requests, seconds: 3_600 }],
    perSecond: config.requests_per_second,
    unexplained: UNEXPLAINED,
  };
}

const errorBody = z.looseObject({ code: z.number().optional() });

/** Messages are localised and may echo what was sent, so only status and code are looked at. */
function explain(reply: Incoming, what: string): ProgramError | undefined {
  const code = codeOf(reply.text);
  const where = what.split('?')[0];
  const message = `${SOURCE}: ${where} answered ${reply.status}${code === undefined ? '' : ` (code ${code})`}`;
  if (reply.status === 401) {
    const reason =
      code === UNKNOWN_KEY
        ? 'the API key is unknown here; a key of another region looks the same'
        : 'the API key was not accepted';
    return new AuthError(`${message}: ${reason}`, { source: SOURCE, hint: runHint('auth clockify') });
  }
  if (reply.status === 400 || reply.status === 403) {
    return new DeclinedError(reply.status, message, { source: SOURCE, hint: runHint('verify') });
  }
  return undefined;
}

function codeOf(text: string): number | undefined {
  try {
    return errorBody.safeParse(JSON.parse(text)).data?.code;
  } catch {
    return undefined;
  }
}

/** The reply as the shape we expect; ContractError naming the first field that differs. */
export function understood<T>(reply: Incoming, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(parse(reply.text, what));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ContractError(`${SOURCE}: ${what}: "${issue?.path.join('.')}" is not as expected`, {
    source: SOURCE,
  });
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ContractError(`${SOURCE}: ${what}: the reply is not JSON`, { source: SOURCE });
  }
}
