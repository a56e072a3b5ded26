import { dirname } from 'node:path';
import { isSea } from 'node:sea';
import type { Config } from '../../core/config.ts';
import { type Finding, ok, shortList, warning } from './finding.ts';

const AREA = 'cron';

/** What a run from cron would not have: this folder, this environment, this PATH. */
export function checkCron(config: Config, configFlag: string | undefined): Finding[] {
  const findings = [...foundBy(config, configFlag), ...fromEnvironment(config)];
  if (process.env.HOME === undefined || process.env.HOME === '')
    findings.push(warning(AREA, 'HOME is not set; the home folder is taken from the password database'));
  return findings.length > 0 ? findings : [ok(AREA, `can start from anywhere: ${crontabLine(config.file)}`)];
}

function foundBy({ file }: Config, configFlag: string | undefined): Finding[] {
  if (configFlag !== undefined) return [];
  const line = `In the crontab: ${crontabLine(file)}`;
  if (file === undefined) {
    return [warning(AREA, 'no configuration file: all of it comes from this environment', line)];
  }
  if (process.env.HEALTH_SYNC_CONFIG?.trim()) {
    return [
      warning(AREA, 'the configuration is named by HEALTH_SYNC_CONFIG, which cron does not have', line),
    ];
  }
  if (dirname(file) === process.cwd()) {
    return [
      warning(AREA, 'the configuration was found in the working directory, where cron does not start', line),
    ];
  }
  if (process.env.XDG_CONFIG_HOME?.trim()) {
    return [
      warning(AREA, 'the configuration was found through XDG_CONFIG_HOME, which cron does not have', line),
    ];
  }
  return [];
}

function fromEnvironment(config: Config): Finding[] {
  const names = config
    .entries()
    .filter(({ origin }) => origin.kind === 'environment')
    .map(({ origin }) => origin.name ?? '');
  if (names.length === 0) return [];
  return [
    warning(
      AREA,
      `settings come from this environment, which cron does not have: ${shortList([...new Set(names)], 8)}`,
      'Put them into the configuration or into a .env file beside it (mode 600).',
    ),
  ];
}

/** Absolute names only: cron's PATH is short. */
export function crontabLine(file: string | undefined): string {
  const program = isSea() ? [process.execPath] : [process.execPath, process.argv[1] ?? ''];
  const config = file === undefined ? [] : ['--config', file];
  const words = [...program, ...config, 'sync', '--quiet'].map(quoted);
  return `15 7 * * * ${words.join(' ')}`;
}

/** A percent sign ends a command in a crontab. */
function quoted(word: string): string {
  const safe = word.replaceAll('%', '\\%');
  return /[^\w./:@=+\\%-]/.test(word) ? `'${safe.replaceAll("'", "'\\''")}'` : safe;
}
