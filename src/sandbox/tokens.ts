import { randomBytes } from 'node:crypto';

/**
 * strict: a refresh token dies when it is used, and using it again kills everything that came of the sign-in.
 * grace: the old one lives until the new access token is first used. none: it stays the same.
 */
export type Rotation = 'strict' | 'grace' | 'none';

/** All tokens that came of one sign-in. */
export interface Family {
  /** The portal that gave it, where a service has several. */
  readonly world: string;
  /** Bare names. */
  readonly scopes: readonly string[];
  /** The same as this world writes them. */
  readonly scopeText: string;
  dead: boolean;
}

interface Access {
  readonly family: Family;
  /** UTC epoch milliseconds. */
  readonly expiresAt: number;
  /** Dies when this access token is first used. */
  readonly supersedes: Refresh | undefined;
  dead: boolean;
}

interface Refresh {
  readonly family: Family;
  used: boolean;
  /** UTC epoch milliseconds. */
  diesAt: number;
}

export interface Pair {
  readonly access_token: string;
  readonly refresh_token: string;
}

export interface TokenBook {
  issue(family: Family): Pair;
  /** `used` for a token that was good once. */
  refresh(token: string, world: string): { pair: Pair; family: Family } | 'unknown' | 'used';
  /** The sign-in behind a good access token; counts as using it. */
  use(token: string): Family | undefined;
  /** False when the token is unknown. */
  revoke(token: string): boolean;
  revokeAll(): void;
  /** Access tokens alone, as if their hour had come. */
  expireAll(): void;
}

interface Policy {
  readonly rotation: Rotation;
  readonly lifeSeconds: number;
  /** With `grace`: the old refresh token dies this long after its use at the latest; default never. */
  readonly graceSeconds?: number;
  /** Of a refresh token that nobody uses; default without end. */
  readonly refreshLifeSeconds?: number;
  readonly now: () => number;
}

export function tokenBook(policy: Policy): TokenBook {
  const { rotation, lifeSeconds, graceSeconds = Infinity, refreshLifeSeconds = Infinity, now } = policy;
  const accesses = new Map<string, Access>();
  const refreshes = new Map<string, Refresh>();
  const families = new Set<Family>();

  const newAccess = (family: Family, supersedes?: Refresh): string => {
    const token = `access-${randomBytes(24).toString('base64url')}`;
    accesses.set(token, { family, expiresAt: now() + lifeSeconds * 1000, supersedes, dead: false });
    return token;
  };
  const newRefresh = (family: Family): string => {
    const token = `refresh-${randomBytes(24).toString('base64url')}`;
    refreshes.set(token, { family, used: false, diesAt: now() + refreshLifeSeconds * 1000 });
    return token;
  };

  return {
    issue(family) {
      families.add(family);
      return { access_token: newAccess(family), refresh_token: newRefresh(family) };
    },
    refresh(token, world) {
      const found = refreshes.get(token);
      if (found === undefined || found.family.world !== world) return 'unknown';
      const { family } = found;
      if (found.used) {
        if (rotation === 'strict') family.dead = true;
        return 'used';
      }
      if (family.dead) return 'unknown';
      if (found.diesAt <= now()) return 'used';
      if (rotation === 'none')
        return { pair: { access_token: newAccess(family), refresh_token: token }, family };
      if (rotation === 'strict') found.used = true;
      else found.diesAt = Math.min(found.diesAt, now() + graceSeconds * 1000);
      const supersedes = rotation === 'grace' ? found : undefined;
      return {
        pair: { access_token: newAccess(family, supersedes), refresh_token: newRefresh(family) },
        family,
      };
    },
    use(token) {
      const found = accesses.get(token);
      if (found === undefined || found.dead || found.family.dead || found.expiresAt <= now())
        return undefined;
      if (found.supersedes !== undefined) found.supersedes.used = true;
      return found.family;
    },
    revoke(token) {
      const access = accesses.get(token);
      const refresh = refreshes.get(token);
      if (access !== undefined) access.dead = true;
      if (refresh !== undefined) refresh.family.dead = true;
      return access !== undefined || refresh !== undefined;
    },
    revokeAll() {
      for (const family of families) family.dead = true;
    },
    expireAll() {
      for (const access of accesses.values()) access.dead = true;
    },
  };
}
