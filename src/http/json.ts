import { ContractError } from '../core/errors.ts';
import type { Page, RawItem } from '../core/provider.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * Cuts the array under `key` of a JSON object into its elements without touching their text, because a record is kept
 * exactly as received: parsing and printing it again would change numbers beyond 2^53, `1.0`, and the order of keys.
 * Throws ContractError when the text is not such an object.
 */
export function splitPage(text: string, key: string): Page {
  const array = findArray(text, key);
  if (array === undefined) throw new ContractError(`the reply has no list "${key}"`);
  const envelope = parse(`${text.slice(0, array.start)}"${CUT_OUT}"${text.slice(array.end + 1)}`);
  if (typeof envelope !== 'object' || envelope === null)
    throw new ContractError('the reply is not an object');
  const { [key]: cut, ...rest } = envelope as Record<string, unknown>;
  if (cut !== CUT_OUT) throw new ContractError(`the reply has "${key}" twice`);
  return { items: array.elements.map(wholeItem), envelope: rest };
}

/** Stands where the list was; another value there shows a second list of the same name. */
const CUT_OUT = 'cut out';

/** A whole reply as one item. Throws ContractError when it is not JSON. */
export function wholeItem(text: string): RawItem {
  // What JSON calls space: `trim` alone would also take away what has to be refused.
  return { value: parse(text), text: text.trim() };
}

/** The parser's own error is dropped: it quotes the text, which holds health values. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ContractError('the reply is not JSON');
  }
}

interface FoundArray {
  /** Index of `[` and of `]`. */
  readonly start: number;
  readonly end: number;
  readonly elements: string[];
}

/** Looks at depth 1 for `"key": [`. Malformed text is left for JSON.parse to refuse. */
function findArray(text: string, key: string): FoundArray | undefined {
  const name = JSON.stringify(key);
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1 && text.slice(at, end + 1) === name) {
        const colon = skipSpace(text, end + 1);
        const value = skipSpace(text, colon + 1);
        if (text.charCodeAt(colon) === COLON && text.charCodeAt(value) === OPEN_BRACKET) {
          return cutElements(text, value);
        }
      }
      at = end;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
  }
  return undefined;
}

function cutElements(text: string, start: number): FoundArray {
  const elements: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) {
        if (code === CLOSE_BRACE) throw new ContractError('the reply is not JSON');
        const last = text.slice(from, at);
        if (elements.length > 0 || skipSpace(last, 0) < last.length) elements.push(last);
        return { start, end: at, elements };
      }
    } else if (code === COMMA && depth === 1) {
      elements.push(text.slice(from, at));
      from = at + 1;
    }
  }
  throw new ContractError('the reply is cut short');
}

/** The index of the closing quote. A quote counts when an even number of backslashes stands before it. */
function endOfString(text: string, open: number): number {
  for (let end = text.indexOf('"', open + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  throw new ContractError('the reply is cut short');
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 32) at += 1;
  return at;
}
