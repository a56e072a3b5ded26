import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A folder with a configuration, for one database. */
export interface Place {
  readonly folder: string;
  readonly database: string;
  configure(sections: Sections): void;
  /** The next run finds no database. */
  empty(): void;
  remove(): void;
}

export const ZONE = 'Europe/Berlin';

const DATABASE = 'health.sqlite';
const open = new Set<string>();
process.on('exit', () => {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
});

export function newPlace(sections: Sections): Place {
  const folder = mkdtempSync(join(tmpdir(), 'oura-clockify-bench-'));
  open.add(folder);
  const configure = (told: Sections) =>
    writeFileSync(join(folder, 'health-sync.toml'), toml({ app: { timezone: ZONE }, ...told }), {
      mode: 0o600,
    });
  configure(sections);
  const empty = () => {
    for (const name of readdirSync(folder)) if (name.startsWith(DATABASE)) rmSync(join(folder, name));
  };
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    open.delete(folder);
  };
  return { folder, database: join(folder, DATABASE), configure, empty, remove };
}

function toml(sections: Sections): string {
  return Object.entries(sections)
    .map(([name, keys]) => {
      const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
      return `[${name}]\n${lines.join('\n')}\n`;
    })
    .join('\n');
}
