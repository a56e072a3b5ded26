import { Command } from 'commander';
import { command, examples } from './command.ts';

export const logout = command('logout', (context) =>
  new Command('logout')
    .description('revoke a sign-in and forget it')
    .argument('<provider>', 'a service that `providers` lists, or clockify')
    .addHelpText('after', examples('oura-clockify logout oura', 'oura-clockify logout clockify'))
    .action(async (name: string) => {
      const { runLogout } = await import('../auth/logout.ts');
      await runLogout(context, name);
    }),
);
