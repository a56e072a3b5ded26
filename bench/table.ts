/** One line of the table. */
export interface Line {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly ok: boolean;
  /** The absolute figures behind it. */
  readonly figures: string;
}

const HEAD = ['what', 'measured', 'goal', 'ok?', 'figures'];

/** As Markdown, in columns that line up. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(({ what, measured, goal, ok, figures }) => [
    what,
    measured,
    goal,
    ok ? 'yes' : 'NO',
    figures,
  ]);
  const widths = HEAD.map((name, column) =>
    Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map(lengthOf)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell))).join(' | ')} |`;
  return [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const lengthOf = (text: string) => [...text].length;
