/** Shorter ones would blot out ordinary words, and no service gives any. */
const SHORTEST = 8;

/** Every secret this process has come across. */
const known = new Set<string>();

/** From here on `withoutSecrets` takes it out of texts. Told wherever a secret enters: configuration, database, prompt, reply. */
export function noteSecret(text: string | null | undefined): void {
  if (typeof text === 'string' && text.length >= SHORTEST) known.add(text);
}

/**
 * For texts that nobody worded with care: our own fault's, stacks with what a library hung on them, replies that were not
 * understood. Messages for people have none in the first place.
 */
export function withoutSecrets(text: string): string {
  let safe = text;
  for (const secret of known)
    for (const written of [secret, encodeURIComponent(secret)]) safe = safe.replaceAll(written, '********');
  return safe;
}
