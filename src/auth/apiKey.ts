import type { Authorizer } from '../http/client.ts';

/** A key in a header of its own: nothing to renew. */
export function apiKey(header: string, key: string): Authorizer {
  return { headers: async () => ({ [header]: key }), renew: async () => false };
}
