import type { PlainReply } from '../core/auth.ts';

/** What a kind of sign-in has to say about replies that carry a pair. */
export interface ReplyRules {
  readonly reply?: ((reply: PlainReply) => PlainReply) | undefined;
  readonly keepsOldRefreshToken?: true | undefined;
}

/** The reply as RFC 6749 has it; undefined when the service's own reading of it fails: nobody knows then what it says. */
export function plainly(rules: ReplyRules | undefined, reply: PlainReply): PlainReply | undefined {
  const { status, text } = reply;
  if (rules?.reply === undefined) return { status, text };
  try {
    return rules.reply({ status, text });
  } catch {
    return undefined;
  }
}

export function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}
