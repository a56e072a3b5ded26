import { Command } from 'commander';
import type { Context } from '../context.ts';
import { command, examples } from './command.ts';

/** What a service takes before anybody can sign in, as its kind of sign-in wants it. */
export interface ServiceFlags {
  readonly clientId?: string | undefined;
  readonly clientSecretFile?: string | undefined;
  readonly redirectUri?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly email?: string | undefined;
  readonly passwordFile?: string | undefined;
}

/** By the name of their flag: `--<service>-client-id` and so on. */
const FLAGS = {
  clientId: ['client-id <id>', 'client id'],
  clientSecretFile: ['client-secret-file <file>', 'file whose first line is the client secret; - is stdin'],
  redirectUri: ['redirect-uri <address>', 'as registered with the app'],
  keyFile: ['key-file <file>', 'file whose first line is the API key; - is stdin'],
  email: ['email <address>', 'e-mail to sign in with'],
  passwordFile: ['password-file <file>', 'file whose first line is the password; - is stdin'],
} as const satisfies Record<keyof ServiceFlags, readonly [string, string]>;

const APP_FLAGS = ['clientId', 'clientSecretFile', 'redirectUri'] as const;
const PASSWORD_FLAGS = ['email', 'passwordFile', 'clientId', 'clientSecretFile'] as const;

/** Kept here, because loading the providers would slow every command down; a test compares. */
export const SERVICES: readonly (readonly [
  id: string,
  title: string,
  flags: readonly (keyof ServiceFlags)[],
])[] = [
  ['oura', 'Oura', APP_FLAGS],
  ['withings', 'Withings', APP_FLAGS],
  ['hevy', 'Hevy', ['keyFile']],
  ['strava', 'Strava', APP_FLAGS],
  ['eightsleep', 'Eight Sleep', PASSWORD_FLAGS],
  ['whoop', 'WHOOP', APP_FLAGS],
];

export interface InitFlags {
  readonly services?: string;
  /** By provider. */
  readonly apps?: Readonly<Record<string, ServiceFlags>>;
  readonly clockifyKeyFile?: string;
  readonly workspace?: string;
  readonly project?: string;
  readonly timezone?: string;
  readonly dbOnly?: true;
  /** Undefined: on a terminal alone. */
  readonly signIn?: boolean;
  readonly browser: boolean;
  readonly timeout?: string;
}

export const init = command('init', (context) => {
  const names = [...SERVICES.map(([id]) => id), 'clockify'].join(', ');
  const own = new Command('init')
    .description('write the configuration, create the database, sign in')
    .option('--services <names>', `which ones to use, separated by commas: ${names}`);
  for (const [id, title, flags] of SERVICES)
    for (const flag of flags) own.option(`--${id}-${FLAGS[flag][0]}`, `${title}: ${FLAGS[flag][1]}`);
  return own
    .option('--clockify-key-file <file>', 'file whose first line is the API key; - is stdin')
    .option('--workspace <id or name>', 'the Clockify workspace that entries go to')
    .option('--project <name>', 'the Clockify project that entries belong to')
    .option('--timezone <name>', 'zone in which days begin and end, e.g. Europe/Berlin')
    .option('--db-only', 'only create the database')
    .option('--sign-in', 'sign in although this is no terminal')
    .option('--no-sign-in', 'do not sign in and ask no service anything')
    .option('--no-browser', 'only print the address when signing in')
    .option('--timeout <duration>', 'how long to wait for the browser (default: 5m)')
    .addHelpText(
      'after',
      examples(
        'oura-clockify init',
        'oura-clockify init --services oura,hevy --hevy-key-file key.txt',
        'oura-clockify init --oura-client-id 0123abcd --oura-client-secret-file secret.txt',
        'pass show clockify | oura-clockify init --no-sign-in --services clockify --clockify-key-file -',
        'oura-clockify --config ~/health/health-sync.toml init',
      ) +
        '\n\nAn existing configuration is kept: only what was given or answered is filled in. Without a terminal nothing is' +
        '\nasked; what is missing stays commented out and is named at the end.',
    )
    .action(async (flags: InitFlags & Record<string, string | undefined>) => {
      const { runInit } = await import('../init/run.ts');
      await runInit(context, { ...flags, apps: byService(flags) });
    });
});

/** Commander names `--oura-client-id` ouraClientId. */
function byService(flags: Record<string, string | undefined>): Record<string, ServiceFlags> {
  const given = SERVICES.map(([id, , own]) => {
    const values = own.map((flag) => [flag, flags[`${id}${flag[0]?.toUpperCase()}${flag.slice(1)}`]]);
    return [id, Object.fromEntries(values)];
  });
  return Object.fromEntries(given);
}

export const initDb = command('init-db', (context) =>
  new Command('init-db')
    .description('only create the database (init --db-only)')
    .addHelpText('after', examples('oura-clockify init-db', 'oura-clockify --db /srv/health.sqlite init-db'))
    .action(() => createDatabase(context)),
);

async function createDatabase(context: Context): Promise<void> {
  const { runInit } = await import('../init/run.ts');
  await runInit(context, { dbOnly: true, browser: false });
}
