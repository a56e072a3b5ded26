import { Command } from 'commander';
import { command, examples } from './command.ts';

export interface PurgeFlags {
  readonly all?: true;
  /** A name, false: none wanted, undefined: not said. */
  readonly backup?: string | false;
  readonly revoke?: true;
  readonly dryRun?: true;
  readonly yes?: true;
}

export const purge = command('purge', (context) =>
  new Command('purge')
    .description('remove what is stored: a source, an account or everything')
    .argument('[provider...]', 'whose records, sign-in and noted entries go')
    .option('--all', 'everything; with --account everything of that account')
    .option('--backup <file>', 'save everything to this file or folder first')
    .option('--no-backup', 'do not offer a backup')
    .option('--revoke', 'end the sign-ins at the services first')
    .option('--dry-run', 'only show what would go')
    .option('--yes', 'ask nothing and do not wait for a Ctrl-C; needed without a terminal')
    .addHelpText(
      'after',
      examples(
        'oura-clockify purge strava --dry-run',
        'oura-clockify purge oura --backup ~/health-before.sqlite --revoke',
        'oura-clockify --account ann purge --all',
        'oura-clockify purge --all --no-backup --yes',
      ) +
        '\n\nNot a byte of it stays in the files of the database. The configuration, backups that you saved and entries in\nClockify are not touched: `cleanup` removes those.',
    )
    .action(async (names: string[], flags: PurgeFlags) => {
      const { runPurge } = await import('../purge/run.ts');
      await runPurge(context, names, flags);
    }),
);
