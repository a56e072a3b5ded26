export const KINDS = ['crashes', 'hangs', 'deletions', 'exchanges', 'others'] as const;

/** `others`: control characters or a canary in a message, a touched prototype, a file elsewhere, an unknown exit code. */
export type Kind = (typeof KINDS)[number];

/** What a case must not do. Anything else that is thrown counts as a crash. */
export class Finding extends Error {
  readonly kind: Kind;

  constructor(kind: Kind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

export function kindOf(error: unknown): Kind {
  return error instanceof Finding ? error.kind : 'crashes';
}

/**
 * What a message to a person must not hold, in words; undefined: nothing is wrong with it. `namesAreFine`: ids and names of
 * workspaces are told, and the canary may be one.
 */
export function faultOfWords(text: string, namesAreFine = false): string | undefined {
  if (/\p{Cc}/u.test(text)) return `control characters in ${JSON.stringify(text)}`;
  // An id in an address is told.
  if (!namesAreFine && text.replaceAll(/\/\S+/g, '/').includes(CANARY))
    return `a value of the reply in ${JSON.stringify(text)}`;
  return undefined;
}

/** Stands in replies and pasted lines in the place of what is nobody's business. */
export const CANARY = 'c4n4ry';

/** Nothing that came from outside has changed what every object has. */
export function refuseTouchedPrototypes(): void {
  const touched = [Object.prototype, Array.prototype, Function.prototype].flatMap((one) => Object.keys(one));
  if (touched.length > 0 || ({} as { polluted?: unknown }).polluted !== undefined)
    throw new Finding('others', `prototypes were given ${touched.join(', ')}`);
}
