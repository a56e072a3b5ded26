import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { systemTimeZone } from '../dates.ts';
import { UsageError } from '../errors.ts';
import { defaultDatabase, pathFrom, type Surroundings } from './places.ts';
import { type Section, type Setting, type Settings, settingId } from './section.ts';
import { days, duration, oneOf, text, timezone } from './values.ts';

export const APP = 'app';

const schema = z.strictObject({
  db: text().optional().meta({
    description:
      'The SQLite file that holds every record. A relative path starts at the folder of this file.',
    defaultText: './health.sqlite',
  }),
  timezone: timezone()
    .optional()
    .meta({ description: 'Zone in which days begin and end.', defaultText: 'the zone of the system' }),
  days: days(1, 36_500).optional().meta({
    description: 'Days of history to fetch, today included; the newest days are re-read in any case.',
    defaultText: 'everything',
  }),
  run_deadline: duration('10s', '24h').prefault('15m').describe('A run that takes longer is ended cleanly.'),
  log_level: oneOf('error', 'warn', 'info', 'debug')
    .default('info')
    .describe(
      'Which runs the log file receives. error: those a person has to look at; warn: all that did not end well; info: every run; debug: the same as info.',
    ),
  log_file: text().optional().meta({
    description: 'Log file, readable by its owner only. A relative path starts at the folder of this file.',
    defaultText: 'no log file',
  }),
});

type AppValues = z.infer<typeof schema>;

export const appSection: Section<AppValues> = {
  id: APP,
  schema,
  environment: {
    HEALTH_SYNC_DB: 'db',
    DATABASE_URL: 'db',
    SYNC_DAYS: 'days',
    SYNC_DAYS_BACK: 'days',
    LOG_LEVEL: 'log_level',
  },
  ignoredEnvironment: {
    NODE_ENV: 'the program behaves the same everywhere',
    SYNC_SCHEDULE: 'this version is started by cron or a timer',
    SERVER_PORT: 'this version has no server',
    REDIS_URL: 'this version has no queue',
  },
};

/** Other programs export these for themselves, so only our own `.env` may set them. */
export const DOTENV_ONLY: ReadonlySet<string> = new Set(['DATABASE_URL']);

/** The `[app]` section, ready to use. */
export interface AppConfig {
  /** Absolute path. */
  readonly db: string;
  /** IANA name. */
  readonly timezone: string;
  /** Undefined: everything. */
  readonly days: number | undefined;
  readonly runDeadlineMs: number;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  /** Absolute path. */
  readonly logFile: string | undefined;
}

export function resolveApp(
  settings: Settings,
  around: Surroundings,
  configFile: string | undefined,
): AppConfig {
  const written = Object.keys(schema.shape).map((key) => [key, settings.get(settingId(APP, key))?.value]);
  const values = schema.parse(Object.fromEntries(written.filter(([, value]) => value !== undefined)));
  const db = settings.get(settingId(APP, 'db'));
  const logFile = settings.get(settingId(APP, 'log_file'));
  return {
    db: db === undefined ? defaultDatabase(around, configFile) : databasePath(db, around.home),
    timezone: values.timezone ?? systemTimeZone(),
    days: values.days,
    runDeadlineMs: values.run_deadline,
    logLevel: values.log_level,
    logFile: logFile && pathFrom(logFile.folder, String(logFile.value), around.home, logFile.where),
  };
}

function databasePath({ value, where, folder }: Setting, home: string | undefined): string {
  const written = String(value);
  if (/^postgres(ql)?:/i.test(written)) {
    throw new UsageError(
      `${where} names a PostgreSQL server; this version stores in SQLite, so give a file name`,
    );
  }
  if (/^file:\/\//i.test(written)) return fileFromUrl(written, where);
  if (/^file:/i.test(written)) return pathFrom(folder, written.slice('file:'.length), home, where);
  // Two letters at least: a single one is a Windows drive.
  if (/^[a-z][a-z0-9+.-]+:/i.test(written))
    throw new UsageError(`${where} must be the name of a SQLite file, got a URL`);
  return pathFrom(folder, written, home, where);
}

function fileFromUrl(written: string, where: string): string {
  try {
    return fileURLToPath(written);
  } catch {
    throw new UsageError(
      `${where} must be the name of a SQLite file, got a file: URL without an absolute path`,
    );
  }
}
