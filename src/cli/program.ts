import { Command, CommanderError } from 'commander';
import { UsageError } from '../core/errors.ts';
import { PROGRAM, runHint, VERSION } from '../program.ts';
import { commands } from './commands/index.ts';
import { Context } from './context.ts';
import { type Terminal, wantsColor } from './terminal.ts';

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
      throw new UsageError(error.message.replace(/^error: /, ''), { hint: helpHint(argv) });
    }
    throw error;
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
    .option('--quiet', 'print results and errors only')
    .option('--verbose', 'say more')
    .option('--debug', 'say everything, with stack traces')
    .option('--no-color', 'no colors')
    .showSuggestionAfterError()
    .helpCommand(true)
    .addHelpText('after', `\nStart with: ${PROGRAM} demo, then ${PROGRAM} init`);
  for (const command of commands) program.addCommand(command(context));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride();
    command.configureOutput({ writeErr: () => {}, outputError: () => {} });
  }
  program.hook('preAction', () => {
    const { config, db, account, json, quiet, verbose, debug, color } = program.opts();
    if (!/^[\w.-]{1,64}$/.test(account)) {
      throw new UsageError('--account must be 1 to 64 letters, digits, dots, dashes or underscores');
    }
    context.globals = { account, ...(config && { config }), ...(db && { db }) };
    context.terminal.manner = {
      json: json === true,
      quiet: quiet === true,
      verbose: verbose === true,
      debug: debug === true,
      color: wantsColor(color !== false),
    };
  });
  program.action(() => program.help({ error: true }));
  return program;
}

function helpHint(argv: readonly string[]): string {
  const named = argv.find((word) => !word.startsWith('-'));
  const known = named !== undefined && KNOWN.has(named);
  return runHint(known ? `${named} --help` : '--help');
}

const KNOWN: ReadonlySet<string> = new Set(commands.map((command) => command.commandName));
