import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { isAccountName } from '../auth/account.ts';
import { didYouMean, printable } from '../core/config/suggestions.ts';
import { UsageError } from '../core/errors.ts';
import { PROGRAM, runHint, VERSION } from '../program.ts';
import { commands } from './commands/index.ts';
import { Context, type GlobalOptions } from './context.ts';
import { diskTrouble } from './diskTrouble.ts';
import { type GivenFlag, type Terminal, wantsColor } from './terminal.ts';

export interface RunOptions {
  /** Without the interpreter and the program's own name. */
  readonly argv: readonly string[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Parses the command line and runs one command. Rejects with a ProgramError, or with our own fault. */
export async function runProgram({ argv, terminal, signal }: RunOptions): Promise<void> {
  const context = new Context(terminal, signal);
  const program = buildProgram(context);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return;
      throw usageError(error, program, argv);
    }
    throw await diskTrouble(error, async () => (await context.config()).app.db);
  } finally {
    await context.close();
  }
}

export function buildProgram(context: Context): Command {
  const program = new Command(PROGRAM)
    .description(
      'Keeps every record of your ring in a local SQLite file and writes sleep into Clockify, exactly once.',
    )
    .version(VERSION, '-V, --version')
    .option('--config <file>', 'configuration file (default: see `config show`)')
    .option('--db <file>', 'database file')
    .option('--account <name>', 'which person or ring this is about', 'default')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'print only what needs attention')
    .option('--verbose', 'say more')
    .option('--debug', 'say everything, with stack traces')
    .option('--no-color', 'no colors')
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText('after', `\nStart with: ${PROGRAM} demo, then ${PROGRAM} init`);
  for (const command of commands) program.addCommand(command(context));
  program.addCommand(helpCommand(program));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride();
    command.configureOutput({ writeErr: (text) => context.terminal.ask(text), outputError: () => {} });
    command.configureHelp({ showGlobalOptions: true });
  }
  program.hook('preAction', (_, command) => {
    const { config, db, account, json, quiet, verbose, debug, color } = program.opts();
    if (!isAccountName(account)) {
      throw new UsageError('--account must be 1 to 64 letters, digits, dots, dashes or underscores');
    }
    for (const [flag, file] of [
      ['--config', config],
      ['--db', db],
    ])
      if (file?.trim() === '') throw new UsageError(`${flag} must name a file`);
    const accountGiven = program.getOptionValueSource('account') === 'cli';
    context.globals = { account, accountGiven, ...(config && { config }), ...(db && { db }) };
    context.terminal.given = APART.has(command.name()) ? [] : givenFlags(context.globals);
    context.terminal.manner = {
      json: json === true,
      quiet: quiet === true,
      verbose: verbose === true,
      debug: debug === true,
      color: wantsColor(color !== false),
    };
  });
  return program;
}

/** Commander's own knows no command that is misspelt. */
function helpCommand(program: Command): Command {
  return new Command('help')
    .description('the help of a command')
    .argument('[command]')
    .action((name: string | undefined) => {
      const command = program.commands.find((one) => one.name() === name);
      if (name !== undefined && command === undefined) throw noSuchCommand(name);
      (command ?? program).outputHelp();
    });
}

function noSuchCommand(name: string): UsageError {
  const meant = didYouMean(name, [...KNOWN]);
  return new UsageError(`there is no command "${printable(name)}"${meant}`, { hint: runHint('--help') });
}

function usageError(error: CommanderError, program: Command, argv: readonly string[]): UsageError {
  // The help was shown in place of a command.
  if (error.code === 'commander.help') return new UsageError('no command given');
  if (error.code === 'commander.unknownCommand') return noSuchCommand(program.args[0] ?? '');
  return new UsageError(withoutValues(error), { hint: helpHint(argv) });
}

/** What was typed may be a secret in the wrong place, so only the names of flags are repeated. */
function withoutValues({ code, message }: CommanderError): string {
  const text = message.replace(/^error: /, '');
  if (code === 'commander.excessArguments') return text.replace(/( but got \d+): .*$/s, '$1.');
  if (code !== 'commander.unknownOption') return text;
  return text.replace(/'(-[^=]*)(?:=.*?)?'(?=$|\n)/s, (_, flag: string) => `'${printable(flag)}'`);
}

/** What a command needs to be about the same files and the same person, from any folder. */
function givenFlags({ config, db, account }: GlobalOptions): GivenFlag[] {
  return [
    ...(config === undefined ? [] : [['--config', resolve(config)] as const]),
    ...(db === undefined ? [] : [['--db', databaseName(db)] as const]),
    ...(account === 'default' ? [] : [['--account', account] as const]),
  ];
}

/** `~/` and `file:` mean the same in every folder already. */
function databaseName(db: string): string {
  return /^~[/\\]|^[a-z][a-z0-9+.-]+:/i.test(db) ? db : resolve(db);
}

function helpHint(argv: readonly string[]): string {
  const named = argv.find((word) => !word.startsWith('-'));
  const known = named !== undefined && KNOWN.has(named);
  return runHint(known ? `${named} --help` : '--help');
}

/** They look at no configuration of the person's, and what they print is about their own. */
const APART: ReadonlySet<string> = new Set(['demo', 'sandbox']);

const KNOWN: ReadonlySet<string> = new Set(commands.map((command) => command.commandName));
