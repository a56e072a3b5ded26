import { Command } from 'commander';
import { command, examples } from './command.ts';

export interface AuthFlags {
  readonly browser: boolean;
  readonly timeout?: string;
  readonly paste?: true;
  readonly keyStdin?: true;
  readonly workspace?: string;
  readonly email?: string;
  readonly passwordStdin?: true;
  /** Nobody is asked: the credentials are there already. No flag of the command line. */
  readonly configured?: true;
}

export const auth = command('auth', (context) =>
  new Command('auth')
    .description('sign in to a service, or give its API key')
    .argument('[provider]', 'a service that `providers` lists, or clockify', 'oura')
    .option('--no-browser', 'only print the address')
    .option('--timeout <duration>', 'how long to wait for the browser, e.g. 90s (default: 5m)')
    .option('--paste', 'accept the pasted address from stdin although it is no terminal')
    .option('--key-stdin', 'where a key signs in: read it from stdin')
    .option('--email <address>', 'where a password signs in: whose it is')
    .option('--password-stdin', 'where a password signs in: read it from stdin')
    .option('--workspace <id or name>', 'clockify: the workspace that entries go to')
    .addHelpText(
      'after',
      examples(
        'oura-clockify auth',
        'oura-clockify auth oura --no-browser --timeout 10m',
        'oura-clockify auth hevy',
        'oura-clockify --account ben auth eightsleep',
        'oura-clockify auth clockify',
        'pass show clockify | oura-clockify auth clockify --key-stdin --workspace Home',
      ) +
        '\n\nOn a machine without a browser: open the printed address anywhere, agree, and paste the address the browser' +
        '\nends at (it may say that the page cannot be reached).',
    )
    .action(async (name: string, flags: AuthFlags) => {
      const { runAuth } = await import('../auth/run.ts');
      await runAuth(context, name, flags);
    }),
);
