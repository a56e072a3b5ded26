import type { SandboxRequest } from '../server.ts';
import { badAddonToken, noSingleToken, unknownApiKey } from './refusals.ts';

/** Exactly one of the two headers counts; `Authorization` is not looked at. */
export function authenticate(request: SandboxRequest, apiKey: string): void {
  const key = request.headers['x-api-key'] ?? '';
  const token = request.headers['x-addon-token'] ?? '';
  const tokens = [key, token].filter((value) => value !== '');
  // Node joins a header that was sent twice with ", ".
  if (tokens.length !== 1 || tokens[0]?.includes(', ')) throw noSingleToken();
  if (token !== '') throw badAddonToken();
  if (key !== apiKey) throw unknownApiKey();
}
