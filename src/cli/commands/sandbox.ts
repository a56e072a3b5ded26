import { Command } from 'commander';
import { command, examples } from './command.ts';

export interface SandboxFlags {
  readonly ouraPort: string;
  readonly clockifyPort: string;
  readonly days: string;
  readonly plan: string;
  readonly zone?: string;
  readonly worlds: string;
  readonly seed: string;
  readonly tokenLife: string;
  readonly workspaces: string;
  readonly with?: string;
  readonly otherPorts: string;
}

export const sandbox = command('sandbox', (context) =>
  new Command('sandbox')
    .description('imitations of the services on this machine, for trying things out')
    .option('--oura-port <n>', 'where Oura listens; 0 takes a free port', '8490')
    .option('--clockify-port <n>', 'where Clockify listens; 0 takes a free port', '8491')
    .option('--days <n>', 'length of the invented history', '30')
    .option('--plan <plan>', 'plan of the Clockify workspace: free (30 requests per hour) or paid', 'paid')
    .option('--zone <zone>', 'IANA zone of the invented person (default: the one of this machine)')
    .option('--worlds <names>', 'portals that know the app: moi, legacy, or both as moi,legacy', 'moi')
    .option('--seed <n>', 'another number invents another person', '1')
    .option('--token-life <seconds>', 'how long an access token lasts', '86400')
    .option('--workspaces <n>', 'how many workspaces the key reaches', '1')
    .option('--with <names>', 'more services: withings,hevy,strava,eightsleep,whoop, or all')
    .option('--other-ports <n>', 'first port of those, one each; 0 takes free ports', '8492')
    .addHelpText(
      'after',
      `${examples(
        'oura-clockify sandbox',
        'oura-clockify sandbox --days 365 --plan free',
        'oura-clockify sandbox --with all',
        'oura-clockify sandbox --token-life 60 --worlds legacy',
      )}\n\nEverything is invented, listens on 127.0.0.1 alone and is gone after Ctrl-C (exit code 130).`,
    )
    .action(async (flags: SandboxFlags) => {
      const { runSandbox } = await import('../sandbox/run.ts');
      await runSandbox(context, flags);
    }),
);
