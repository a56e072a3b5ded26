import { Command } from 'commander';
import { runHint } from '../../program.ts';
import type { SyncFlags } from '../sync/flags.ts';
import { command, examples } from './command.ts';

/** Whole names: cron starts elsewhere and with a short PATH. The README has the same line, and a test runs it. */
const CRONTAB =
  '15 7,9,12,21 * * * /usr/local/bin/oura-clockify --config /home/ann/health/health-sync.toml sync --quiet';

export const sync = command('sync', (context) =>
  new Command('sync')
    .description('fetch what is new, then push sleep')
    .argument('[provider...]', 'only these (default: every enabled one)')
    .option('--days <n>', 'the last n days, today included')
    .option('--from <date>', 'from this day on (YYYY-MM-DD; also --start-date)')
    .option('--to <date>', 'up to this day (also --end-date)')
    .option('--date <date>', 'this one day')
    .option('--resources <names>', 'only these, separated by commas (also --types)')
    .option('--full', 'read everything again')
    .option('--no-push', 'fetch only')
    .option('--push-only', 'push only what is stored')
    .option('--dry-run', 'fetch, then show the plan of the push without writing there')
    .option('--restyle', 'apply changed text, project, types and minimum to old entries')
    .option('--force', 'overwrite entries edited there and make deleted ones again')
    .option('--allow-deletes', 'go on although suspiciously much would be deleted')
    .option('--yes', 'do not ask before the first push')
    .option('--wait', 'sleep through closed request windows instead of ending')
    .addOption(hidden('--start-date <date>'))
    .addOption(hidden('--end-date <date>'))
    .addOption(hidden('--types <names>'))
    .addHelpText(
      'after',
      examples(
        'oura-clockify sync',
        'oura-clockify sync --days 30',
        'oura-clockify sync oura --from 2024-01-01 --to 2024-03-31 --dry-run',
      ) +
        `\n\nIn cron, with nothing printed while all is well:\n  ${CRONTAB}\n${runHint('status')} shows what is stored and pending.`,
    )
    .action(async (names: string[], flags: SyncFlags) => {
      const { runSync } = await import('../sync/run.ts');
      await runSync(context, names, flags);
    }),
);

function hidden(flags: string) {
  return new Command().createOption(flags).hideHelp();
}
