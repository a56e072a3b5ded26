import { Command } from 'commander';
import { command, examples } from './command.ts';

export const providers = command('providers', (context) =>
  new Command('providers')
    .description('what is built in, enabled and signed in, and what each offers')
    .addHelpText('after', examples('oura-clockify providers', 'oura-clockify providers --json'))
    .action(async () => {
      const { showProviders } = await import('../providers.ts');
      await showProviders(context);
    }),
);
