import { randomBytes } from 'node:crypto';

/** All tokens that came of one sign-in. */
export interface SignIn {
  readonly scopes: readonly string[];
  access: string;
  refresh: string;
  /** Of the newest access token, UTC epoch milliseconds. */
  expiresAt: number;
  dead: boolean;
}

export interface SignIns {
  open(scopes: readonly string[]): SignIn;
  /** Undefined when the refresh token is unknown, superseded or revoked. */
  refresh(token: string): SignIn | undefined;
  /** The sign-in behind a good access token. */
  use(token: string): SignIn | undefined;
  /** Takes the access token or the refresh token and kills both. False when it is unknown. */
  revoke(token: string): boolean;
  revokeAll(): void;
  expireAll(): void;
}

/** With no more than this left, a refresh brings a new access token. */
const RENEWABLE = 3_600_000;

export function signIns(options: {
  readonly lifeSeconds: number;
  /** Whether a new access token brings a new refresh token. */
  readonly rotates: boolean;
  readonly now: () => number;
}): SignIns {
  const { lifeSeconds, rotates, now } = options;
  /** By token; an older access token lives on to its own end. */
  const accesses = new Map<string, { signIn: SignIn; expiresAt: number }>();
  const refreshes = new Map<string, SignIn>();

  const renew = (signIn: SignIn) => {
    signIn.access = randomBytes(20).toString('hex');
    signIn.expiresAt = Math.floor(now() / 1000) * 1000 + lifeSeconds * 1000;
    accesses.set(signIn.access, { signIn, expiresAt: signIn.expiresAt });
  };
  const rotate = (signIn: SignIn) => {
    refreshes.delete(signIn.refresh);
    signIn.refresh = randomBytes(20).toString('hex');
    refreshes.set(signIn.refresh, signIn);
  };

  return {
    open(scopes) {
      const signIn: SignIn = { scopes, access: '', refresh: '', expiresAt: 0, dead: false };
      renew(signIn);
      rotate(signIn);
      return signIn;
    },
    refresh(token) {
      const signIn = refreshes.get(token);
      if (signIn === undefined || signIn.dead) return undefined;
      if (signIn.expiresAt - now() > RENEWABLE) return signIn;
      renew(signIn);
      if (rotates) rotate(signIn);
      return signIn;
    },
    use(token) {
      const found = accesses.get(token);
      return found === undefined || found.signIn.dead || found.expiresAt <= now() ? undefined : found.signIn;
    },
    revoke(token) {
      const signIn = accesses.get(token)?.signIn ?? refreshes.get(token);
      if (signIn !== undefined) signIn.dead = true;
      return signIn !== undefined;
    },
    revokeAll() {
      for (const signIn of refreshes.values()) signIn.dead = true;
    },
    expireAll() {
      for (const access of accesses.values()) access.expiresAt = now();
      for (const signIn of refreshes.values()) signIn.expiresAt = now();
    },
  };
}
