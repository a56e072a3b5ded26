import { randomBytes } from 'node:crypto';

/** What an authorization code stands for. */
export interface CodeGrant {
  readonly redirectUri: string;
  /** As granted by the person, not as asked for. */
  readonly scopes: readonly string[];
}

export interface CodeBook {
  issue(grant: CodeGrant): string;
  /** Once only. */
  redeem(code: string): CodeGrant | 'unknown' | 'used' | 'expired';
}

export function codeBook(options: { lifeSeconds: number; now: () => number }): CodeBook {
  const codes = new Map<string, { grant: CodeGrant; expiresAt: number; used: boolean }>();
  return {
    issue(grant) {
      const code = randomBytes(20).toString('hex');
      codes.set(code, { grant, expiresAt: options.now() + options.lifeSeconds * 1000, used: false });
      return code;
    },
    redeem(code) {
      const found = codes.get(code);
      if (found === undefined) return 'unknown';
      if (found.used) return 'used';
      if (found.expiresAt <= options.now()) return 'expired';
      found.used = true;
      return found.grant;
    },
  };
}
