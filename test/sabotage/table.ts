import { all } from './all.ts';
import { ids } from './ids.ts';
import { type Title, titles } from './titles.ts';

const LETTERS: Readonly<Record<string, string>> = {
  A: 'Tokens',
  B: 'Login listener and pasted codes',
  C: 'HTTP',
  D: 'Sync',
  E: 'The database',
  F: 'Clockify',
  G: 'The process',
  H: 'Configuration and input',
  K: 'Supply and privacy',
};

/** A table for each letter: every id, how many sabotages it has, and the tests that name it. */
export function faultsTable(): string {
  const named = titles();
  return Object.entries(LETTERS)
    .map(([letter, title]) => {
      const rows = ids.filter((id) => id.startsWith(letter)).map((id) => row(id, named));
      return `### ${letter}. ${title}\n\n| id | sabotages | tests |\n|---|---|---|\n${rows.join('\n')}\n`;
    })
    .join('\n');
}

function row(id: string, named: readonly Title[]): string {
  const own = named.filter((title) => title.ids.includes(id));
  const sabotages = all.filter((sabotage) => sabotage.id === id).length;
  const byFile = Map.groupBy(own, ({ file }) => file);
  const tests = [...byFile].map(([file, some]) => {
    const texts = [...new Set(some.map(({ text }) => shown(text)))];
    return `\`${file}\` ${texts.join(' · ')}`;
  });
  return `| ${id} | ${sabotages || ''} | ${tests.join('<br>')} |`;
}

/** What vitest or Markdown would put something else in place of. */
function shown(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('*', '\\*')
    .replaceAll('`', '')
    .trim();
}
