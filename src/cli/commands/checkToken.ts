import { Command } from 'commander';
import { command, examples } from './command.ts';

export const checkToken = command('check-token', (context) =>
  new Command('check-token')
    .description('what the stored credentials are good for, without the network')
    .addHelpText(
      'after',
      examples('oura-clockify check-token', 'oura-clockify check-token --json') +
        '\n\nExit code 3: an enabled source needs somebody to sign in.',
    )
    .action(async () => {
      const work = await import('../checkToken.ts');
      await work.checkToken(context);
    }),
);
