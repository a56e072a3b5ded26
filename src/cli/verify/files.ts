import { type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../core/config.ts';
import { filesBeside } from '../../store/beside.ts';
import { type Finding, ok, problem } from './finding.ts';

const AREA = 'files';
/** Bits for anybody but the owner. */
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/** Who else may read what holds secrets or health records. To be called before the database is opened. */
export function checkFiles(config: Config): Finding[] {
  if (process.platform === 'win32') return [ok(AREA, 'modes are not checked on Windows')];
  const findings = [...secretFiles(config), ...databaseFiles(config.app.db), ...folder(config.app.db)];
  return findings.length > 0 ? findings : [ok(AREA, 'readable by you alone')];
}

function secretFiles(config: Config): Finding[] {
  const secrets = config.entries().filter(({ secret, value }) => secret && value !== undefined);
  const files: string[] = [];
  if (config.file !== undefined && secrets.some(({ origin }) => origin.kind === 'file'))
    files.push(config.file);
  if (secrets.some(({ origin }) => origin.kind === '.env'))
    files.push(join(config.file === undefined ? process.cwd() : dirname(config.file), '.env'));
  return files.flatMap((file) => {
    const mode = modeOf(file);
    if (mode === undefined || (mode & OTHERS) === 0) return [];
    return [problem(AREA, 'USAGE', `${file} holds secrets and has mode ${shown(mode)}`, chmod('600', file))];
  });
}

function databaseFiles(database: string): Finding[] {
  const { database: own, ...others } = filesBeside(database);
  return [...own, ...Object.values(others).flat()].flatMap((file) => {
    const mode = modeOf(file);
    if (mode === undefined || (mode & OTHERS) === 0) return [];
    const hint = !own.includes(file)
      ? chmod('600', file)
      : 'Opening it has set it to 600 again. Who could read it until now may have the tokens in it.';
    return [problem(AREA, 'STORE', `others may use ${file} (mode ${shown(mode)})`, hint)];
  });
}

function folder(database: string): Finding[] {
  const path = dirname(database);
  const mode = modeOf(path);
  if (mode === undefined || (mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0) return [];
  return [
    problem(
      AREA,
      'STORE',
      `others may write in the database's folder ${path} (mode ${shown(mode)})`,
      chmod('700', path),
    ),
  ];
}

function modeOf(path: string): number | undefined {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : found.mode & 0o7777;
}

function shown(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0');
}

function chmod(mode: string, path: string): string {
  return `Run: chmod ${mode} '${path.replaceAll("'", "'\\''")}'`;
}
