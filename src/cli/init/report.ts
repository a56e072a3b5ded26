import type { ProgramError } from '../../core/errors.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { PROGRAM } from '../../program.ts';
import type { SignedIn } from '../signedIn.ts';
import type { InitState } from './run.ts';

interface Missing {
  /** A setting, or what is left to do. */
  readonly what: string;
  /** The next command, or what to write where. */
  readonly how: string;
  /** The command that goes on from here. */
  readonly command: string;
}

export function initReport(
  { config, sources, clockify }: InitState,
  made: { file: boolean; database: boolean },
  written: readonly string[],
  failures: readonly ProgramError[],
) {
  const missing = [...sources.flatMap(missingOf), ...missingKey({ config, clockify })];
  const next = missing[0]?.command ?? `${PROGRAM} sync --days 30`;
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

function missingOf({ provider, enabled, usable, auth }: SignedIn): Missing[] {
  if (!enabled || usable) return [];
  const { id, title } = provider;
  const command = `${PROGRAM} auth ${id}`;
  const setup = auth.setup.replace(/\.$/, '');
  if (auth.kind === 'apiKey')
    return [{ what: `the API key of ${title}`, how: `${setup}, then: ${command}`, command }];
  const keys = [
    ...(auth.clientId ? [] : [`${id}.client_id`]),
    ...(auth.clientSecret ? [] : [`${id}.client_secret`]),
  ];
  if (keys.length === 0) return [{ what: `the sign-in to ${title}`, how: command, command }];
  const shown = auth.kind === 'oauth2' ? `${setup}, write what it shows` : `${setup}. Write both`;
  return [{ what: keys.join(' and '), how: `${shown} below [${id}], then: ${command}`, command }];
}

function missingKey({ config, clockify }: Pick<InitState, 'config' | 'clockify'>): Missing[] {
  const declined = clockify.enabled === false && config.origin(SOURCE, 'enabled').kind !== 'default';
  if (declined) return [];
  const command = `${PROGRAM} auth ${SOURCE}`;
  const missing = (key: string) => [{ what: `${SOURCE}.${key}`, how: command, command }];
  if (clockify.api_key === undefined) return missing('api_key');
  return clockify.workspace_id === undefined ? missing('workspace_id') : [];
}
