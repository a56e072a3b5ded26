import * as z from 'zod';
import type { PlainReply } from '../../core/auth.ts';
import { endOfWindow, type ReplyHeaders } from '../../core/limits.ts';
import type { Reply } from '../../core/provider.ts';

const faultSchema = z.object({
  errors: z.array(z.object({ resource: z.string(), field: z.string(), code: z.string() })).min(1),
});

interface Fault {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
}

/** What was wrong with which field; older replies have a text in its place, and proxies no JSON at all. */
function faultIn(text: string): Fault | undefined {
  const parsed = faultSchema.safeParse(jsonOf(text));
  return parsed.success ? parsed.data.errors[0] : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const INACTIVE =
  'Strava has switched the app off: its owner needs a paid subscription, and then has to reactivate it at https://www.strava.com/settings/api.';
const FULL =
  'The app has as many connected athletes as Strava allows it; at first that is its owner alone: see https://www.strava.com/settings/api.';

/** What a refusal means. */
export function explain({ status, text }: Reply): string | undefined {
  const fault = faultIn(text);
  if (fault?.code === 'Inactive') return INACTIVE;
  if (/connected athletes/i.test(text)) return FULL;
  if (status === 401 && fault?.code === 'missing') {
    return `The permission ${fault.field.replace(/_permission$/, '')} was not given: leave its box ticked at sign-in.`;
  }
  if (fault !== undefined && isNoPath(fault))
    return 'Strava knows no such address: the API has moved, see base_url, or the service has changed.';
  return REASONS[status];
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'A parameter was not accepted: page_size is too large, or the service has changed.',
  401: 'Strava does not accept the access any more: it has ended, or was taken away under Settings, My Apps.',
  403: 'Strava does not let this app read it.',
};

const isNoPath = ({ field, code }: Fault) => field === 'path' && code === 'invalid';

/**
 * Something that is gone is answered with a 404 that is empty but says it is JSON. A 404 for an address that does not
 * exist proves nothing of the record: after a move of the API everything would seem to be deleted.
 */
export function plain(reply: Reply): Reply {
  if (reply.status !== 404) return reply;
  const fault = faultIn(reply.text);
  if (fault !== undefined && isNoPath(fault)) return { ...reply, status: 400 };
  const isEmpty = reply.text.trim() === '' && /\bjson\b/.test(reply.headers['content-type'] ?? '');
  return isEmpty ? { ...reply, text: '{}' } : reply;
}

export const QUARTER = 15 * 60;
export const DAY = 86_400;
/** The service's clock may be behind ours, in milliseconds. */
const SLACK = 5_000;

/** When the quarter of an hour is over: a 429 does not say how long it lasts. */
export function untilNextQuarter(now: number): number {
  return endOfWindow(QUARTER, now) + SLACK - now;
}

/**
 * The headers count what the whole app has used, elsewhere too: `quarter,day` of all requests and of reads. Nothing is
 * left when one of the four numbers has reached its limit.
 */
export function closedUntil(headers: ReplyHeaders, now: number): number | undefined {
  const full = ['x-ratelimit', 'x-readratelimit'].map((name) => {
    const limits = pair(headers[`${name}-limit`]);
    const used = pair(headers[`${name}-usage`]);
    return limits.map((limit, index) => (used[index] ?? Number.NaN) >= limit);
  });
  const isFull = (window: 0 | 1) => full.some((one) => one[window] === true);
  if (isFull(1)) return endOfWindow(DAY, now) + SLACK;
  return isFull(0) ? endOfWindow(QUARTER, now) + SLACK : undefined;
}

function pair(header: string | undefined): readonly number[] {
  return /^\s*\d+\s*,\s*\d+\s*$/.test(header ?? '') ? (header as string).split(',').map(Number) : [];
}

/** Which of a token request's parts Strava names as wrong, in the words of RFC 6749. */
const OAUTH_ERRORS: Readonly<Record<string, string>> = {
  'RequestToken.code': 'invalid_grant',
  'RefreshToken.refresh_token': 'invalid_grant',
  'Application.client_id': 'invalid_client',
  'Application.client_secret': 'invalid_client',
  // Nothing is recorded of a wrong secret; this is how a wrong access token is answered.
  'Application.': 'invalid_client',
};

/** The token endpoint's reply as RFC 6749 has it: refusals are faults like everywhere else at Strava. */
export function tokenReply(reply: PlainReply): PlainReply {
  const fault = faultIn(reply.text);
  if (reply.status >= 400) {
    const error = fault && (OAUTH_ERRORS[`${fault.resource}.${fault.field}`] ?? wordsOf(fault));
    return error === undefined ? reply : { ...reply, text: JSON.stringify({ error }) };
  }
  const body = jsonOf(reply.text) as { athlete?: { id?: unknown } | null } | null | undefined;
  const id = body?.athlete?.id;
  return id === undefined ? reply : { ...reply, text: JSON.stringify({ ...body, user_id: String(id) }) };
}

/** E.g. `status_inactive`. */
function wordsOf({ field, code }: Fault): string {
  return `${field}_${code}`.toLowerCase().replace(/[^a-z]+/g, '_');
}
