import { Command } from 'commander';
import type { Context } from '../context.ts';
import { command, examples } from './command.ts';

export const config = command('config', (context) =>
  new Command('config')
    .description('the configuration')
    .addCommand(show(context), { isDefault: true })
    .addHelpText('after', examples('oura-clockify config show')),
);

function show(context: Context): Command {
  return new Command('show')
    .description('every setting and where it came from, secrets masked')
    .addHelpText(
      'after',
      examples(
        'oura-clockify config show',
        'oura-clockify --config ~/health/health-sync.toml config show --json',
      ),
    )
    .action(async () => {
      const { showConfig } = await import('../configShow.ts');
      await showConfig(context);
    });
}
