import * as z from 'zod';
import { ContractError } from '../core/errors.ts';
import type { Token } from '../store/tokens.ts';
import { isGood, plainly, type ReplyRules } from './plain.ts';

/** What may stand in a header or a form; a secret with anything else in it is damaged. */
export const SECRET = /^[\x21-\x7e]+$/;

/** Ten years in seconds; more than that is a mistake, and beyond what a date can hold. */
const LONGEST = 315_360_000;

/** Strict about the access token alone: every other oddity must not cost the pair. */
const replySchema = z.looseObject({
  access_token: z.string().regex(SECRET),
  refresh_token: z.string().regex(SECRET).nullable().catch(null),
  expires_in: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\s*\d+\s*$/)
        .transform(Number),
    ])
    .nullable()
    .catch(null),
  scope: z.string().nullable().catch(null),
  user_id: z
    .union([z.string().regex(/^[\x21-\x7e]{1,100}$/), z.number().int().transform(String)])
    .nullable()
    .catch(null),
  token_type: z
    .unknown()
    .refine((type) => typeof type !== 'string' || /^(bearer)?$/i.test(type))
    .optional(),
});

export interface ReplyContext {
  /** When the reply came (UTC epoch milliseconds). */
  readonly now: number;
  /** The id of the world that gave it. */
  readonly world: string | null;
  readonly source: string;
  /** The pair this one replaces: what the reply leaves out stays. Undefined for a new sign-in. */
  readonly previous?: Token | undefined;
}

/** The token endpoint's good reply as a pair. Throws ContractError without a usable access token. */
export function parseTokenReply(text: string, { now, world, source, previous }: ReplyContext): Token {
  const parsed = replySchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const key = parsed.error.issues[0]?.path[0];
    throw new ContractError(
      `${source}: the token endpoint's reply was not understood (${key === undefined ? 'not an object' : String(key)})`,
      { source, hint: 'Nothing was changed. If it stays like this, look for a newer version.' },
    );
  }
  const reply = parsed.data;
  return {
    accessToken: reply.access_token,
    refreshToken: reply.refresh_token ?? previous?.refreshToken ?? null,
    expiresAt: expiry(reply.expires_in, now),
    scope: reply.scope || (previous?.scope ?? reply.scope),
    world,
    userId: reply.user_id ?? previous?.userId ?? null,
    obtainedAt: now,
  };
}

/** The pair in a reply as it came over the wire (and lies on disk). Throws ContractError. */
export function readPair(text: string, rules: ReplyRules | undefined, context: ReplyContext): Token {
  const plain = plainly(rules, { status: 200, text });
  return parseTokenReply(plain !== undefined && isGood(plain.status) ? plain.text : '', context);
}

/** null, "nobody knows", for what cannot be a lifetime: a 401 then tells, instead of a refresh before every call. */
function expiry(seconds: number | null, now: number): number | null {
  if (seconds === null || !(seconds > 0) || seconds > LONGEST) return null;
  return now + Math.floor(seconds * 1000);
}

/** The `error` of RFC 6749 §5.2; undefined when the body is not of that kind. */
export function errorCode(text: string): string | undefined {
  const parsed = z.looseObject({ error: z.string().regex(/^[a-z_]{1,40}$/) }).safeParse(jsonOf(text));
  return parsed.success ? parsed.data.error : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
