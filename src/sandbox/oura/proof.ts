import { createHash } from 'node:crypto';
import type { SandboxRequest } from '../server.ts';

export interface Challenge {
  readonly method: 'S256' | 'plain';
  readonly value: string;
}

export function credentials(request: SandboxRequest, form: URLSearchParams): [string | null, string | null] {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id'), form.get('client_secret')];
  const text = Buffer.from(basic, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // RFC 6749 2.3.1: both halves are form-encoded first.
  const decoded = (half: string) => new URLSearchParams(`half=${half}`).get('half');
  return [decoded(text.slice(0, colon)), decoded(text.slice(colon + 1))];
}

export function challengeIn(query: URLSearchParams): Challenge | undefined | 'invalid' {
  const value = query.get('code_challenge');
  const method = query.get('code_challenge_method') ?? 'plain';
  if (value === null) return undefined;
  if (method === 'S256') return /^[\w-]{43}$/.test(value) ? { method, value } : 'invalid';
  return method === 'plain' ? { method, value } : 'invalid';
}

export function verified(challenge: Challenge | undefined, verifier: string | null): boolean {
  if (challenge === undefined) return true;
  if (verifier === null || !/^[\w.~-]{43,128}$/.test(verifier)) return false;
  const shown =
    challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  return shown === challenge.value;
}
