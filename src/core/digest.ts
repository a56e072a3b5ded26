/** SHA-256 in hexadecimal. Loading `crypto` takes every command 5 ms, and few of them need it. */
export function sha256(text: string): string {
  const { hash } = process.getBuiltinModule('node:crypto');
  return hash('sha256', text);
}
