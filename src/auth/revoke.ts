import type { PlainRequest } from '../core/auth.ts';
import { ContractError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import type { OAuth2, World } from '../core/provider.ts';
import type { Token } from '../store/tokens.ts';
import { credentials, secureUrl, worldOf } from './oauth2.ts';
import { isGood, plainly } from './plain.ts';
import { type Endpoint, formEndpoint, formRequest, unavailable } from './tokenEndpoint.ts';

export type Revocation = 'revoked' | 'not offered' | 'refused';

/**
 * Asks the service to end the app's access. Throws TemporaryError, ContractError when something else answered in its
 * place, and what the service's own way throws.
 */
export async function revoke(endpoint: Endpoint, token: Token): Promise<Revocation> {
  const { source, oauth, wire, signal } = endpoint;
  const world = worldOf(oauth, token.world) ?? oauth.worlds[0];
  const request = world === undefined ? undefined : await requestOf(endpoint, world, token);
  if (request === undefined) return 'not offered';
  const url = secureUrl(request.url, 'the address for signing out', source);
  const { method, form } = request;
  const bare = form === undefined ? { url, headers: {} } : formRequest(url, form);
  const headers = { ...bare.headers, ...request.headers };
  const reply = await wire.exchange({ ...bare, method, headers }, source, signal);
  failpoint('token.revoked');
  const { status } = plainly(oauth.dialect, reply) ?? reply;
  if (status === 429 || status >= 500) throw unavailable({ ...reply, status }, endpoint).error;
  // RFC 7009 says nothing of the body; a page of a proxy or of a hotel's network must not pass for a revocation.
  if (/^\s*</.test(reply.text))
    throw new ContractError(`${source}: a web page came in place of the answer`, { source });
  return isGood(status) || (status === 401 && isStandard(oauth)) ? 'revoked' : 'refused';
}

/** With RFC 7009 a 401 says that the token is gone already; elsewhere it may mean anything. */
function isStandard({ dialect }: OAuth2): boolean {
  return dialect?.revocation === undefined;
}

async function requestOf(endpoint: Endpoint, world: World, token: Token): Promise<PlainRequest | undefined> {
  const { oauth, source } = endpoint;
  const revocation = oauth.dialect?.revocation;
  if (revocation !== undefined) {
    const { accessToken, refreshToken, userId } = token;
    const granted = { accessToken, refreshToken, userId };
    return revocation(granted, credentials(oauth, source), formEndpoint(endpoint, world));
  }
  if (world.revokeUrl === undefined) return undefined;
  const { clientId, clientSecret } = credentials(oauth, source);
  const form = {
    token: token.refreshToken ?? token.accessToken,
    token_type_hint: token.refreshToken === null ? 'access_token' : 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
  };
  return { method: 'POST', url: world.revokeUrl, form };
}
