import { Command } from 'commander';
import { command, examples } from './command.ts';

export interface BackupFlags {
  readonly force?: true;
}

export const backup = command('backup', (context) =>
  new Command('backup')
    .description('save the database as one file, also while a sync runs')
    .argument('[file]', 'the file to write, or a folder (default: beside the database, named by the date)')
    .option('--force', 'replace the file if it is there')
    .addHelpText(
      'after',
      examples(
        'oura-clockify backup',
        'oura-clockify backup /mnt/usb',
        'oura-clockify backup ~/health.sqlite --force',
      ) +
        '\n\nEverything is in it but the sign-ins: tokens work once, and copied ones would be worthless. To restore, put it in\nthe place of the database (`config show` says where) and sign in again: docs/backup.md.',
    )
    .action(async (file: string | undefined, flags: BackupFlags) => {
      const { runBackup } = await import('../backup/run.ts');
      await runBackup(context, file, flags);
    }),
);
