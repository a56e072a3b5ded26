import { type TokenBook, tokenBook } from '../tokens.ts';

interface Policy {
  readonly lifeSeconds: number;
  readonly now: () => number;
  /** What a refresh does to the access token it replaces. */
  readonly oldAccess: 'dies' | 'lives';
}

/** Every refresh ends the token it used, and a second use is refused without harm to the pair that came of the first. */
export function rotatingTokens({ lifeSeconds, now, oldAccess }: Policy): TokenBook {
  const book = tokenBook({ rotation: 'strict', lifeSeconds, now });
  const accessBeside = new Map<string, string>();
  const spent = new Set<string>();
  return {
    ...book,
    issue(family) {
      const pair = book.issue(family);
      accessBeside.set(pair.refresh_token, pair.access_token);
      return pair;
    },
    refresh(token, world) {
      // Not left to the book, which takes a second use for theft and ends the whole sign-in.
      if (spent.has(token)) return 'used';
      const done = book.refresh(token, world);
      if (typeof done === 'string') return done;
      spent.add(token);
      if (oldAccess === 'dies') book.revoke(accessBeside.get(token) ?? '');
      accessBeside.set(done.pair.refresh_token, done.pair.access_token);
      return done;
    },
  };
}
