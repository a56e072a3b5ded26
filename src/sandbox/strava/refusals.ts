import type { SandboxReply } from '../server.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

export function jsonText(status: number, body: string): SandboxReply {
  return { status, headers: JSON_TYPE, body };
}

/** Strava's `Fault`: one message and what was wrong with which field. */
export function fault(
  status: number,
  message: string,
  resource: string,
  field: string,
  code: string,
): SandboxReply {
  return jsonText(status, JSON.stringify({ message, errors: [{ resource, field, code }] }));
}

export function badRequest(resource: string, field: string, code = 'invalid'): SandboxReply {
  return fault(400, 'Bad Request', resource, field, code);
}

export const unauthorized = fault(401, 'Authorization Error', 'Application', '', 'invalid');

export function missingScope(scope: string): SandboxReply {
  return fault(401, 'Authorization Error', 'AccessToken', `${scope}_permission`, 'missing');
}

export const inactiveApp = fault(403, 'Forbidden', 'Application', 'Status', 'Inactive');

export const noSuchPath = fault(404, 'Record Not Found', 'resource', 'path', 'invalid');

/** `empty` is what was recorded, under a JSON content type; `fault` what is said to come otherwise. */
export type NotFoundBody = 'empty' | 'fault';

export function noSuchRecord(resource: string, kind: NotFoundBody): SandboxReply {
  return kind === 'empty' ? jsonText(404, '') : fault(404, 'Record Not Found', resource, '', 'not found');
}

/** `text`: as recorded in 2018, where `errors` is a text instead of a list. */
export type RateLimitBody = 'list' | 'text';

export function rateLimitExceeded(kind: RateLimitBody): SandboxReply {
  if (kind === 'list') return fault(429, 'Rate Limit Exceeded', 'Application', 'rate limit', 'exceeded');
  const old = { errors: 'Rate Limit Exceeded', status: 429, message: 'Too Many Requests' };
  return jsonText(429, JSON.stringify(old));
}
