/** A plain table: columns as wide as their widest cell, two spaces between; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ''))));
  const isNumber = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  return cells
    .map((row) =>
      head
        .map((_, column) => pad(row[column] ?? '', widths[column] as number, isNumber[column] === true))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function pad(text: string, to: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
}

/** Made when the first name needs it: its tables take longer to load than everything else that `status` does. */
let segments: Intl.Segmenter | undefined;

/** Columns a terminal needs: colors none, an emoji two. */
function width(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colors are taken out before counting.
  const bare = text.replace(/\u001b\[\d+m/g, '');
  if (/^[ -~]*$/.test(bare)) return bare.length;
  segments ??= new Intl.Segmenter();
  let columns = 0;
  for (const { segment } of segments.segment(bare))
    columns += /\p{Emoji_Presentation}/u.test(segment) ? 2 : 1;
  return columns;
}
