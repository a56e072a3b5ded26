import type { ProgramError } from '../../core/errors.ts';
import { SOURCE } from '../../destinations/clockify/api.ts';
import { PROGRAM } from '../../program.ts';
import type { SignedIn } from '../signedIn.ts';
import type { InitState } from './run.ts';

interface Missing {
  /** A setting, or what is left to do. */
  readonly what: string;
  /** The next command, or what to write where. */
  readonly how: string;
}

export function initReport(
  { config, sources, clockify }: InitState,
  made: { file: boolean; database: boolean },
  written: readonly string[],
  failures: readonly ProgramError[],
) {
  const missing = [...sources.flatMap((one) => missingOf(one, config)), ...missingKey({ config, clockify })];
  const next = missing[0]?.how ?? `${PROGRAM} sync --days 30`;
  const object = {
    file: config.file ?? null,
    fileMade: made.file,
    database: config.app.db,
    databaseMade: made.database,
    written,
    services: [
      ...sources.map(({ provider, enabled, usable }) => ({ id: provider.id, enabled, ready: usable })),
      { id: SOURCE, enabled: clockify.enabled === true, ready: clockify.api_key !== undefined },
    ],
    missing,
    failures: failures.map(({ outcome, message }) => ({ outcome, message })),
    next,
  };
  const lines = [
    `Configuration: ${config.file}${made.file ? ' (new)' : ''}`,
    `Database: ${config.app.db}${made.database ? ' (new)' : ''}`,
    ...(written.length === 0 ? [] : [`Filled in: ${written.join(', ')}`]),
    ...missing.map(({ what, how }) => `Missing: ${what}. ${how}`),
    `Next: ${next}`,
  ];
  return { object, text: lines.join('\n') };
}

function missingOf({ provider, enabled, usable }: SignedIn, config: InitState['config']): Missing[] {
  if (!enabled || usable) return [];
  const { id, title } = provider;
  const oauth = provider.auth(config.section(id));
  const keys = [
    ...(oauth.clientId ? [] : [`${id}.client_id`]),
    ...(oauth.clientSecret ? [] : [`${id}.client_secret`]),
  ];
  if (keys.length > 0)
    return [
      {
        what: keys.join(' and '),
        how: `${oauth.setup}, write both below [${id}], then: ${PROGRAM} auth ${id}`,
      },
    ];
  return [{ what: `the sign-in to ${title}`, how: `${PROGRAM} auth ${id}` }];
}

function missingKey({ config, clockify }: Pick<InitState, 'config' | 'clockify'>): Missing[] {
  const declined = clockify.enabled === false && config.origin(SOURCE, 'enabled').kind !== 'default';
  if (declined) return [];
  const how = `${PROGRAM} auth ${SOURCE}`;
  if (clockify.api_key === undefined) return [{ what: `${SOURCE}.api_key`, how }];
  return clockify.workspace_id === undefined ? [{ what: `${SOURCE}.workspace_id`, how }] : [];
}
