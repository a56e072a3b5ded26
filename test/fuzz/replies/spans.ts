/** One value in a JSON text, with the member or element it is. */
export interface Place {
  /** The keys that lead to it, `[]` for a place in a list: the same for each record. */
  readonly path: string;
  /** The value itself. */
  readonly start: number;
  readonly end: number;
  /** Its quoted key; undefined for elements and the root. */
  readonly key: { readonly start: number; readonly end: number } | undefined;
  /** With key and one comma; undefined for the root. */
  readonly whole: { readonly start: number; readonly end: number } | undefined;
}

/** Every value of a sound JSON text, those of one field together. */
export function placesIn(text: string): Place[][] {
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
  const value = (path: string, key: Place['key'], from: number | undefined): void => {
    space();
    const start = at;
    const index = places.length;
    places.push({ path, start, end: start, key, whole: undefined });
    const open = text[at];
    if (open === '{' || open === '[') container(path, open);
    else if (open === '"') string();
    else while (at < text.length && !' \n\r\t,]}'.includes(text[at] as string)) at += 1;
    const end = at;
    space();
    const hasComma = text[at] === ',';
    const whole = from === undefined ? undefined : { start: from, end: hasComma ? at + 1 : end };
    places[index] = { path, start, end, key, whole };
  };
  const container = (path: string, open: '{' | '[') => {
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
      value(`${path}/${key === undefined ? '[]' : text.slice(key.start, key.end)}`, key, from);
      if (text[at] === ',') at += 1;
      space();
    }
    at += 1;
  };
  value('', undefined, undefined);
  return [...Map.groupBy(places, (place) => place.path).values()];
}
