/** One value in a JSON text, with the member or element it is. */
export interface Place {
  readonly depth: number;
  /** The value itself. */
  readonly start: number;
  readonly end: number;
  /** Its quoted key; undefined for elements and the root. */
  readonly key: { readonly start: number; readonly end: number } | undefined;
  /** With key and one comma; undefined for the root. */
  readonly whole: { readonly start: number; readonly end: number } | undefined;
}

/** Every value of a sound JSON text, outer ones first. */
export function placesIn(text: string): Place[] {
  const places: Place[] = [];
  let at = 0;
  const space = () => {
    while (' \n\r\t'.includes(text[at] ?? 'x')) at += 1;
  };
  const string = () => {
    at += 1;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
  };
  const value = (depth: number, key: Place['key'], from: number | undefined): void => {
    space();
    const start = at;
    const index = places.length;
    places.push({ depth, start, end: start, key, whole: undefined });
    const open = text[at];
    if (open === '{' || open === '[') container(depth + 1, open);
    else if (open === '"') string();
    else while (at < text.length && !' \n\r\t,]}'.includes(text[at] as string)) at += 1;
    const end = at;
    space();
    const hasComma = text[at] === ',';
    const whole = from === undefined ? undefined : { start: from, end: hasComma ? at + 1 : end };
    places[index] = { depth, start, end, key, whole };
  };
  const container = (depth: number, open: '{' | '[') => {
    at += 1;
    space();
    while (text[at] !== '}' && text[at] !== ']') {
      const from = at;
      let key: Place['key'];
      if (open === '{') {
        string();
        key = { start: from, end: at };
        space();
        at += 1;
      }
      value(depth, key, from);
      if (text[at] === ',') at += 1;
      space();
    }
    at += 1;
  };
  value(0, undefined, undefined);
  return places.sort((a, b) => a.depth - b.depth || a.start - b.start);
}
