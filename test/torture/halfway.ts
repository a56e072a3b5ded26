import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Person, Scene } from './checks.ts';

/** What must not even be wrong right after a kill, before the program has had a chance to mend it. */
export function halfway(scene: Scene, person: Person): string[] {
  return [...integrity(scene.file), ...doubled(scene, person)];
}

/** Of a copy: to look at the file itself would recover its journal, which is the program's own business. */
function integrity(file: string): string[] {
  if (!existsSync(file)) return [];
  const folder = mkdtempSync(join(tmpdir(), 'halfway-'));
  const copy = join(folder, basename(file));
  try {
    for (const part of ['', '-wal', '-journal'].filter((ending) => existsSync(file + ending)))
      copyFileSync(file + part, copy + part);
    const db = new Database(copy);
    const found = db.pragma('integrity_check', { simple: true });
    db.close();
    return found === 'ok' ? [] : [`integrity after a kill: ${found}`];
  } catch (error) {
    return [`after a kill: ${String(error)}`];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function doubled({ clockify }: Scene, { own }: Person): string[] {
  const shown = clockify
    .entries()
    .filter(({ id }) => !own.has(id))
    .map(({ timeInterval, description }) => `${timeInterval.start} ${description}`);
  return shown.filter((one, index) => shown.indexOf(one) !== index).map((one) => `twice: ${one}`);
}
