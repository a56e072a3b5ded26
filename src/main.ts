import type { Terminal } from './cli/terminal.ts';
import { InterruptedError, type Outcome, ProgramError } from './core/errors.ts';
import { PROGRAM, VERSION } from './program.ts';

/** The exit codes, known here only. */
const CODES: Readonly<Record<Outcome | 'OK' | 'BUG', number>> = {
  OK: 0,
  BUG: 1,
  USAGE: 2,
  AUTH: 3,
  TEMP: 4,
  PARTIAL: 5,
  LOCKED: 6,
  STORE: 7,
  CONTRACT: 8,
  INTERRUPTED: 130,
};

/** After a signal a run gets this long to stop cleanly (milliseconds). */
const GRACE = 4_000;
/** What a plugin has left running when the work is done is not waited for longer than this (milliseconds). */
const LINGER = 1_000;

/** Ends the process, whatever is still running in it. */
let leave = (): void => process.exit();

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  // Answered before anything is loaded: scripts ask it often.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${VERSION}\n`);
    return CODES.OK;
  }
  // Nobody else's business: every file this process makes is its owner's alone.
  process.umask(0o077);
  const { Terminal } = await import('./cli/terminal.ts');
  const terminal = new Terminal();
  const stop = new AbortController();
  stopOnSignals(stop, terminal);
  try {
    const { runProgram } = await import('./cli/program.ts');
    await runProgram({ argv, terminal, signal: stop.signal });
    return CODES.OK;
  } catch (error) {
    return report(
      stop.signal.aborted && !(error instanceof ProgramError) ? stop.signal.reason : error,
      terminal,
    );
  }
}

/** One line saying what happened, one saying what to type next. */
function report(error: unknown, terminal: Terminal): number {
  if (error instanceof ProgramError) {
    terminal.problem(error);
    terminal.refused(error);
    return CODES[error.outcome];
  }
  terminal.bug(error);
  return CODES.BUG;
}

function stopOnSignals(stop: AbortController, terminal: Terminal): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Unlike process.exit(), this does not wait for a name that is being looked up.
      leave = () => {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      };
      if (stop.signal.aborted) return leave();
      stop.abort(new InterruptedError(`stopped by ${signal}; everything done so far is saved`));
      setTimeout(() => leave(), GRACE).unref();
    });
  }
  // A reader that went away (`| head`) is no fault worth a word, and the work goes on.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      terminal.bug(error);
      process.exit(CODES.BUG);
    });
  }
}

process.title = PROGRAM;
// Should everything be waited for in vain (a plugin that never answers), the process would end by itself, as if well.
process.exitCode = CODES.BUG;
main().then((code) => {
  process.exitCode = code;
  setInterval(() => {
    // A slow reader gets everything.
    if (process.stdout.writableLength + process.stderr.writableLength === 0) leave();
  }, LINGER).unref();
});
