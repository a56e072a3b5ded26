import { isDeepStrictEqual } from 'node:util';
import { StoreError } from '../core/errors.ts';
import { runHint } from '../program.ts';

/** Whether two JSON texts hold the same values, whatever the order of keys and the space between. */
export function isSameContent(one: string, other: string): boolean {
  try {
    return isDeepStrictEqual(exactly(one), exactly(other));
  } catch {
    // Nested deeper than the stack goes, or damaged: the texts differ, and that has to do.
    return false;
  }
}

/** The JSON's values, with whole numbers that a double cannot tell apart as BigInt. */
function exactly(text: string): unknown {
  const keep = (_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(String(context.source))
      ? BigInt(context.source as string)
      : value;
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
}

/**
 * JSON that this program wrote. `what`: for the message when it cannot be read any more. Throws StoreError, without the
 * parser's own error: that quotes the text, which may hold health values.
 */
export function readBack(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StoreError(`${what} in the database cannot be read`, { hint: runHint('verify') });
  }
}
