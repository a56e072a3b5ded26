import type { SandboxReply } from '../server.ts';

/** How both hosts word a refusal. `code` is a word, not a number. */
export function refused(status: number, code: string, more: Record<string, string> = {}): SandboxReply {
  return { status, body: { status, code, ...more } };
}

export const badRequest = (description: string) =>
  refused(400, 'BadRequest', { error: 'invalid_request', error_description: description });

export const unauthorized = refused(401, 'Unauthorized');
export const forbidden = refused(403, 'Forbidden');
export const notFound = refused(404, 'NotFound');
export const notAcceptable = refused(406, 'NotAcceptable');

/** Nobody has seen a Retry-After with it. */
export const tooManyRequests = refused(429, 'Too Many Requests');

export const methodNotAllowed = (allow: string): SandboxReply => ({
  ...refused(405, 'MethodNotAllowed'),
  headers: { allow },
});

/** Whoever looks at the User-Agent stands before the service and does not speak JSON. */
export const turnedAway: SandboxReply = {
  status: 403,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>',
};
