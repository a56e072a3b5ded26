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
 * Objects and arrays in one reply, and items of one list: each takes some hundred bytes of memory, however short its text.
 * The most that honest ones have is a month of samples a second apart, which come in pages.
 */
const MOST_PARTS = 1_000_000;
const MOST_ITEMS = 250_000;
/** In characters. Honest pages are shorter by far, and not worth the counting. */
const LARGE = 2_000_000;

/**
 * Cuts the array at `path` (keys joined by dots; empty: the whole reply is the list) into its elements without touching
 * their text, because a record is kept exactly as received: parsing and printing it again would change numbers beyond
 * 2^53, `1.0`, and the order of keys. The envelope is what stands beside the list, in the same object.
 * Throws ContractError when the text is not like that.
 */
export function splitPage(text: string, path: string): Omit<Page, 'headers'> {
  if (path === '') return rootList(text);
  const keys = path.split('.');
  const at = valueAt(text, keys, OPEN_BRACKET);
  if (at === undefined) throw new ContractError(`the reply has no list "${path}"`);
  const array = cutElements(text, at);
  const whole = parse(`${text.slice(0, array.start)}"${CUT_OUT}"${text.slice(array.end + 1)}`);
  let envelope: unknown = whole;
  for (const key of keys.slice(0, -1)) envelope = (envelope as Record<string, unknown>)[key];
  if (typeof envelope !== 'object' || envelope === null)
    throw new ContractError('the reply is not an object');
  const name = keys.at(-1) as string;
  const { [name]: cut, ...rest } = envelope as Record<string, unknown>;
  if (cut !== CUT_OUT) throw new ContractError(`the reply has "${path}" twice`);
  return { items: itemsOf(text, array), envelope: rest };
}

function rootList(text: string): Omit<Page, 'headers'> {
  const start = skipSpace(text, 0);
  if (text.charCodeAt(start) !== OPEN_BRACKET) throw new ContractError('the reply is not a list');
  const array = cutElements(text, start);
  if (skipSpace(text, array.end + 1) < text.length) throw new ContractError('the reply is not JSON');
  return { items: itemsOf(text, array), envelope: {} };
}

/**
 * Parsed in one go: a parse for each of half a million samples took three times as long. But the values of a large list
 * would take several times its size.
 */
function itemsOf(text: string, { start, end, elements }: FoundArray): RawItem[] {
  if (end - start > LARGE) {
    refuseManyParts(text);
    return elements.map((element) => new LargeListItem(element));
  }
  const values = parse(text.slice(start, end + 1)) as unknown[];
  return elements.map((element, index) => ({ text: element.trim(), value: values[index] }));
}

/** Its value is made for whoever asks, and gone with them. Throws ContractError when the text is not JSON. */
class LargeListItem implements RawItem {
  readonly text: string;

  constructor(element: string) {
    parse(element);
    this.text = element.trim();
  }

  get value(): unknown {
    return parse(this.text);
  }
}

/** The member at `path` (keys joined by dots) of an item, with its exact text. Throws ContractError when it is not there. */
export function partOf(item: RawItem, path: string): RawItem {
  const at = valueAt(item.text, path.split('.'));
  if (at === undefined) throw new ContractError(`the reply has no "${path}"`);
  return wholeItem(item.text.slice(at, endOfValue(item.text, at)));
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
  refuseManyParts(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new ContractError('the reply is not JSON');
  }
}

function refuseManyParts(text: string): void {
  if (text.length > LARGE && partsIn(text) > MOST_PARTS)
    throw new ContractError(`the reply has more than ${MOST_PARTS} parts`);
}

/** Also counts what stands in texts, where it is rare. */
function partsIn(text: string): number {
  let parts = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) parts += 1;
  }
  return parts;
}

interface FoundArray {
  /** Index of `[` and of `]`. */
  readonly start: number;
  readonly end: number;
  readonly elements: string[];
}

/** Where the value at the path begins, its first character given or not. Malformed text is left for JSON.parse. */
function valueAt(text: string, keys: readonly string[], first?: number): number | undefined {
  let at: number | undefined = skipSpace(text, 0);
  for (const [index, key] of keys.entries()) {
    if (at === undefined || text.charCodeAt(at) !== OPEN_BRACE) return undefined;
    at = memberAt(text, at, key, index === keys.length - 1 ? first : OPEN_BRACE);
  }
  return at;
}

/** Where the value of a member of the object that opens at `open` begins. */
function memberAt(text: string, open: number, key: string, first: number | undefined): number | undefined {
  const name = JSON.stringify(key);
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1 && text.slice(at, end + 1) === name) {
        const colon = skipSpace(text, end + 1);
        const value = skipSpace(text, colon + 1);
        const isWanted = first === undefined || text.charCodeAt(value) === first;
        if (text.charCodeAt(colon) === COLON && isWanted) return value;
      }
      at = end;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return undefined;
    }
  }
  return undefined;
}

/** The index behind the value that begins at `start`. */
function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) === QUOTE) return endOfString(text, start) + 1;
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (depth === 0 && (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET)) return at;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
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
      if (elements.length === MOST_ITEMS)
        throw new ContractError(`the list has more than ${MOST_ITEMS} items`);
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
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Other control characters are none to JSON. */
function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
