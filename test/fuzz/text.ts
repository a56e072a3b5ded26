import fc from 'fast-check';

/** Any text, control characters and lone surrogates included. fast-check's own takes seconds to get ready. */
export function anyText(maxLength: number): fc.Arbitrary<string> {
  const code = fc.oneof(fc.nat(0x7f), fc.nat(0xffff));
  return fc.array(code, { maxLength }).map((codes) => String.fromCharCode(...codes));
}
