import { Command } from 'commander';
import type { Context } from '../context.ts';
import { command, examples } from './command.ts';

/** The app that a provider knows us by. */
export interface AppFlags {
  readonly clientId?: string | undefined;
  readonly clientSecretFile?: string | undefined;
  readonly redirectUri?: string | undefined;
}

export interface InitFlags {
  readonly services?: string;
  /** By provider: `--<provider>-client-id` and so on. */
  readonly apps?: Readonly<Record<string, AppFlags>>;
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

export const init = command('init', (context) =>
  new Command('init')
    .description('write the configuration, create the database, sign in')
    .option('--services <names>', 'which ones to use, separated by commas: oura, clockify')
    .option('--oura-client-id <id>', 'of your Oura app')
    .option('--oura-client-secret-file <file>', 'file whose first line is the secret; - is stdin')
    .option('--oura-redirect-uri <address>', 'as registered with the app')
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
        'oura-clockify init --oura-client-id 0123abcd --oura-client-secret-file secret.txt',
        'pass show clockify | oura-clockify init --no-sign-in --services clockify --clockify-key-file -',
        'oura-clockify --config ~/health/health-sync.toml init',
      ) +
        '\n\nAn existing configuration is kept: only what was given or answered is filled in. Without a terminal nothing is' +
        '\nasked; what is missing stays commented out and is named at the end.',
    )
    .action(async (flags: InitFlags & Record<string, string | undefined>) => {
      const { runInit } = await import('../init/run.ts');
      const oura = {
        clientId: flags.ouraClientId,
        clientSecretFile: flags.ouraClientSecretFile,
        redirectUri: flags.ouraRedirectUri,
      };
      await runInit(context, { ...flags, apps: { oura } });
    }),
);

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
