import type { Auth } from '../core/auth.ts';
import { sha256 } from '../core/digest.ts';

/**
 * Names the credentials that stand in the configuration without telling them: when it changes, they may be somebody
 * else's. A sign-in by `auth` needs no such watch, since it looks whose account it is.
 */
export function configuredDigest(auth: Auth): string {
  switch (auth.kind) {
    case 'apiKey':
      return sha256(JSON.stringify([auth.key ?? '']));
    case 'oauth2':
      return sha256(JSON.stringify([auth.seed.accessToken ?? '', auth.seed.refreshToken ?? '']));
    case 'password':
      return sha256(
        JSON.stringify([auth.username ?? '', auth.seed.accessToken ?? '', auth.seed.refreshToken ?? '']),
      );
  }
}
