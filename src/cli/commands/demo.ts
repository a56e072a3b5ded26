import { Command } from 'commander';
import { command, examples } from './command.ts';

export interface DemoFlags {
  readonly dir?: string;
}

export const demo = command('demo', (context) =>
  new Command('demo')
    .description('the whole program on invented data: no account, no network, some seconds')
    .option('--dir <folder>', 'where to leave database and configuration (default: ./oura-clockify-demo)')
    .addHelpText(
      'after',
      examples('oura-clockify demo', 'oura-clockify demo --dir /tmp/demo --json') +
        '\n\nSigns in, fetches 30 days, writes them to Clockify, checks, changes some nights, syncs again.\n' +
        'Both services are imitations on 127.0.0.1 that end with the demo. Environment variables for real\n' +
        'accounts are not looked at. Running it again replaces its own files and no others.',
    )
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import('../demo/run.ts');
      await runDemo(context, flags);
    }),
);
