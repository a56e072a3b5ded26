/** A `.env` file: NAME=value lines, single or double quotes, `export`, comments. Nothing is expanded. */
export interface Dotenv {
  readonly values: Readonly<Record<string, string>>;
  /** The first line that is none of these. */
  readonly badLine: number | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

export function parseDotenv(text: string): Dotenv {
  const values: Record<string, string> = Object.create(null);
  let badLine: number | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, rest] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)$/.exec(line) ?? [];
    const value = rest === undefined ? undefined : unquote(rest);
    if (name === undefined || value === undefined) badLine ??= index + 1;
    else values[name] = value;
  }
  return { values, badLine };
}

/** Undefined when a quote is not closed or something follows it. */
function unquote(rest: string): string | undefined {
  const trimmed = rest.trim();
  const quote = trimmed[0];
  if (quote === "'") return /^'([^']*)'\s*(?:#.*)?$/.exec(trimmed)?.[1];
  if (quote === '"') {
    const body = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(trimmed)?.[1];
    return body?.replaceAll(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  }
  return rest.replace(/\s#.*$/, '').trim();
}
