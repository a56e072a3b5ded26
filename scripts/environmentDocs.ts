import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sections } from '../src/cli/sections.ts';
import { appSection } from '../src/core/config/app.ts';
import { type Described, describeLists, describeSections } from '../src/core/config.ts';

/** Writes docs/environment.md from the sections themselves; with --check it only says whether the file is up to date. */

const FILE = fileURLToPath(new URL('../docs/environment.md', import.meta.url));

const INTRODUCTION = `# Settings and environment variables

Written by \`node scripts/environmentDocs.ts\`; a test fails when it is out of date.

Every key of \`health-sync.toml\` can also be set by an environment variable, or in a \`.env\` file beside the
configuration. The real environment beats \`.env\`, and \`.env\` beats the file; \`--db\` beats all of them. Lists are
separated by commas. An empty variable counts as not set. \`oura-clockify config show\` prints every setting and where
it came from, secrets masked. Other programs set \`DATABASE_URL\` for themselves, so it counts
only in our own \`.env\`.

Secrets are best kept in the file (mode 0600) or in \`.env\`: a variable can be read by other programs of the same user.
`;

const GENERAL = `## Variables that are no settings

| variable | meaning |
| --- | --- |
| \`HEALTH_SYNC_CONFIG\` | The configuration file; \`--config\` beats it. Otherwise \`health-sync.toml\` in the working directory, then in \`$XDG_CONFIG_HOME/health-sync/\`. |
| \`HEALTH_SYNC_DB\` | The database, like \`app.db\`; \`--db\` beats it. |
| \`XDG_CONFIG_HOME\` | Folder of configurations. Default: \`~/.config\`. |
| \`XDG_DATA_HOME\` | Folder of data: without a configuration file the database is \`health-sync/health.sqlite\` in it. Default: \`~/.local/share\`. |
| \`NO_COLOR\`, \`TERM=dumb\` | No colors. |
| \`CI\` | No colors, no spinners, no questions. |
| \`HEALTH_SYNC_CLOCK\` | For tests: the instant that the program takes for its start, e.g. \`2026-01-31T04:00:00Z\`. With \` leaping\` behind it, pauses are leapt over instead of waited out. |
| \`HEALTH_SYNC_FAILPOINT\` | For tests: the point at which the program kills itself. |
`;

export function environmentDocs(): string {
  const all = sections();
  const described = describeSections(all);
  const ids = [...new Set(described.map(({ section }) => section))];
  const ignored = Object.assign({}, ...[appSection, ...all].map((one) => one.ignoredEnvironment ?? {}));
  return [
    INTRODUCTION,
    ...ids.map((id) =>
      sectionTable(
        id,
        described.filter(({ section }) => section === id),
      ),
    ),
    ...lists(describeLists(all)),
    GENERAL,
    ignoredTable(ignored),
  ].join('\n');
}

function sectionTable(id: string, keys: readonly Described[]): string {
  const rows = keys.map((one) => {
    const variables = one.environment.map((name) => `\`${name}\``).join(', ');
    const fallback = one.default === undefined ? 'not set' : inCell(one.default);
    const secret = one.secret ? ' Secret.' : '';
    return `| \`${one.key}\` | ${variables} | ${inCell(one.type)} | ${fallback} | ${inCell(one.description)}${secret} |`;
  });
  const head = '| key | variables | value | default | meaning |\n| --- | --- | --- | --- | --- |';
  return `## \`[${id}]\`\n\n${head}\n${rows.join('\n')}\n`;
}

/** No variable sets these. */
function lists(described: readonly Described[]): string[] {
  return [...Map.groupBy(described, ({ section }) => section)].map(([header, keys]) => {
    const rows = keys.map((one) => {
      const fallback = one.default === undefined ? 'not set' : inCell(one.default);
      return `| \`${one.key}\` | ${inCell(one.type)} | ${fallback} | ${inCell(one.description)} |`;
    });
    const head = '| key | value | default | meaning |\n| --- | --- | --- | --- |';
    return `## \`${header}\`\n\nOnly the file can hold these, any number of them.\n\n${head}\n${rows.join('\n')}\n`;
  });
}

function ignoredTable(ignored: Readonly<Record<string, string>>): string {
  const rows = Object.entries(ignored).map(([name, why]) => `| \`${name}\` | ${inCell(why)} |`);
  return `## Variables of earlier tools that do nothing\n\n| variable | why |\n| --- | --- |\n${rows.join('\n')}\n`;
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) writeFileSync(FILE, environmentDocs());
  else if (readFileSync(FILE, 'utf8') !== environmentDocs()) {
    process.stderr.write('docs/environment.md is out of date: node scripts/environmentDocs.ts\n');
    process.exitCode = 1;
  }
}
