import { readFileSync, writeFileSync } from 'node:fs';

/** One line of the table. */
export interface Line {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  /** undefined: not measured. */
  readonly ok: boolean | undefined;
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
    ok === undefined ? '-' : ok ? 'yes' : 'NO',
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

const MARKED = /(<!-- bench -->\n)[\s\S]*?(<!-- \/bench -->)/;

/** Throws when the file has no `<!-- bench -->`. */
export function writeBetweenMarks(file: string, text: string): void {
  const page = readFileSync(file, 'utf8');
  if (!MARKED.test(page)) throw new Error(`${file} has no <!-- bench --> and <!-- /bench -->`);
  writeFileSync(
    file,
    page.replace(MARKED, (_, before, after) => `${before}${text}\n${after}`),
  );
}
