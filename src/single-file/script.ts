/** Names of the assets; the script's name is what stacks show. */
export const PROGRAM_SCRIPT = 'oura-clockify.cjs';
export const CODE_CACHE = 'code-cache';

/** What a CommonJS script expects around it. Compiled code fits only the very text that it was made from. */
export function wrapped(source: string): string {
  return `(function (require, __filename) {${source}\n})`;
}
