import { Command } from 'commander';
import { command, examples } from './command.ts';

export interface VerifyFlags {
  readonly days: string;
}

export const verify = command('verify', (context) =>
  new Command('verify')
    .description('check everything that can be checked, and say what to do about it')
    .option('--days <n>', 'compare the entries of the last n days', '30')
    .addHelpText(
      'after',
      examples('oura-clockify verify', 'oura-clockify verify --days 365 --json') +
        '\n\nIt changes nothing and takes no lock, so it may run beside a sync. Warnings alone end with 0.',
    )
    .action(async (flags: VerifyFlags) => {
      const { runVerify } = await import('../verify/run.ts');
      await runVerify(context, flags);
    }),
);
