import { Command } from 'commander';
import { command, examples } from './command.ts';

export const status = command('status', (context) =>
  new Command('status')
    .description('what is stored, what is missing, what is pending')
    .addHelpText('after', examples('oura-clockify status', 'oura-clockify status --json'))
    .action(async () => {
      const { showStatus } = await import('../status.ts');
      await showStatus(context);
    }),
);
