/** A `[header]` or a `key = value` in TOML text, with the positions it takes up. */
export interface Statement {
  readonly header: boolean;
  /** Without quotes. A dotted name is left as written. */
  readonly name: string;
  readonly start: number;
  /** Just behind the value or the closing bracket. */
  readonly end: number;
}

/** Walks through TOML that is known to be valid. */
export function* statements(text: string): Generator<Statement> {
  let position = 0;
  while (position < text.length) {
    if (/\s/.test(text[position] ?? '')) position += 1;
    else if (text[position] === '#') position = endOfLine(text, position);
    else {
      const statement = text[position] === '[' ? headerAt(text, position) : pairAt(text, position);
      yield statement;
      // Also past anything unexpected, so that odd input ends the loop.
      position = Math.max(statement.end, position + 1);
    }
  }
}

function headerAt(text: string, start: number): Statement {
  const end = valueEnd(text, start);
  return { header: true, name: bare(text.slice(start + 1, end - 1)), start, end };
}

function pairAt(text: string, start: number): Statement {
  let equals = start;
  while (equals < text.length && text[equals] !== '=') {
    equals = isQuote(text[equals]) ? stringEnd(text, equals) : equals + 1;
  }
  return { header: false, name: bare(text.slice(start, equals)), start, end: valueEnd(text, equals + 1) };
}

function bare(name: string): string {
  return name.trim().replace(/^(["'])([^"'\\]*)\1$/, '$2');
}

function isQuote(letter: string | undefined): boolean {
  return letter === '"' || letter === "'";
}

function endOfLine(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end;
}

/** Lists and inline tables go over several lines; strings may hold brackets and number signs. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  let position = start;
  let end = start;
  while (position < text.length) {
    const letter = text[position] ?? '';
    if (depth === 0 && (letter === '\n' || letter === '#')) break;
    if (letter === '#') position = endOfLine(text, position);
    else if (isQuote(letter)) position = stringEnd(text, position);
    else {
      if (letter === '[' || letter === '{') depth += 1;
      if (letter === ']' || letter === '}') depth -= 1;
      position += 1;
    }
    if (letter.trim() !== '') end = position;
  }
  return end;
}

function stringEnd(text: string, start: number): number {
  const quote = text[start] ?? '';
  const triple = text.startsWith(quote.repeat(3), start);
  const closing = triple ? quote.repeat(3) : quote;
  let position = start + closing.length;
  while (position < text.length && !text.startsWith(closing, position)) {
    position += quote === '"' && text[position] === '\\' ? 2 : 1;
  }
  position += closing.length;
  // Up to two quotes may stand directly before the closing three.
  while (triple && text[position] === quote) position += 1;
  return Math.min(position, text.length);
}
