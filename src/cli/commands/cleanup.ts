import { Command } from 'commander';
import { command, examples } from './command.ts';

export interface CleanupFlags {
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly force?: true;
}

export const cleanup = command('cleanup', (context) =>
  new Command('cleanup')
    .description('remove our entries from Clockify, before a fresh reimport')
    .option('--from <date>', 'nights from this day on (YYYY-MM-DD)')
    .option('--to <date>', 'nights up to this day')
    .option('--dry-run', 'only show what would go')
    .option('--yes', 'do not wait for a Ctrl-C; needed without a terminal')
    .option('--force', 'also what you edited there')
    .addHelpText(
      'after',
      examples(
        'oura-clockify cleanup --dry-run',
        'oura-clockify cleanup --from 2024-01-01 --to 2024-03-31 --yes',
      ) +
        '\n\nOnly entries that carry our marker or stand in our ledger are touched, and no running timer.\nAfterwards `sync` makes every night anew, also those that were deleted by hand.',
    )
    .action(async (flags: CleanupFlags) => {
      const { runCleanup } = await import('../cleanup/run.ts');
      await runCleanup(context, flags);
    }),
);
