import { inspect } from 'node:util';
import { Chalk, type ChalkInstance } from 'chalk';
import { type ProgramError, TemporaryError } from '../core/errors.ts';
import { PROGRAM } from '../program.ts';

/** What the global flags say about talking. */
export interface Manner {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly color: boolean;
}

/** The person's side of the program: results on stdout, everything else on stderr. */
export class Terminal {
  manner: Manner = {
    json: false,
    quiet: false,
    verbose: false,
    debug: wantsDebug(),
    color: wantsColor(true),
  };

  /** Whether somebody can be asked. */
  get isInteractive(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true && process.env.CI === undefined;
  }

  /** Whether progress may redraw its lines. */
  get isLive(): boolean {
    const { quiet, json } = this.manner;
    return (
      process.stderr.isTTY === true &&
      process.env.TERM !== 'dumb' &&
      process.env.CI === undefined &&
      !quiet &&
      !json
    );
  }

  get columns(): number {
    return process.stdout.columns ?? 100;
  }

  /** The command's result: the object with --json, the text otherwise. */
  result(object: unknown, text: string): void {
    if (this.manner.json) process.stdout.write(`${JSON.stringify(object, null, 2)}\n`);
    else if (text !== '') process.stdout.write(`${printable(text)}\n`);
  }

  /** A remark beside the result. */
  say(text: string): void {
    if (!this.manner.quiet) process.stderr.write(`${printable(text)}\n`);
  }

  /** A remark for those who want to follow what happens. */
  detail(text: string): void {
    if (this.manner.verbose || this.manner.debug) this.say(text);
  }

  /** A question's text: shown whatever --quiet says, since somebody has to answer it. */
  ask(text: string): void {
    process.stderr.write(printable(text));
  }

  /** With --quiet a planned wait is no news, so that cron stays silent: the exit code tells. */
  problem(error: ProgramError): void {
    if (this.manner.quiet && error instanceof TemporaryError && error.retryAt !== undefined) return;
    const hint = error.hint === undefined ? '' : `\n  ${error.hint}`;
    process.stderr.write(`${this.paint.red(PROGRAM)}: ${printable(oneLine(error.message) + hint)}\n`);
    if (this.manner.debug) process.stderr.write(`${printable(inspect(error))}\n`);
  }

  bug(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `${this.paint.red(PROGRAM)}: this is a fault of the program: ${printable(oneLine(message))}\n`,
    );
    process.stderr.write('  Run the command again with --debug and report what it prints.\n');
    if (this.manner.debug) process.stderr.write(`${printable(inspect(error))}\n`);
  }

  /** Colors, or none of them. */
  get paint(): ChalkInstance {
    return this.manner.color ? COLORED : PLAIN;
  }
}

const COLORED = new Chalk({ level: 1 });
const PLAIN = new Chalk({ level: 0 });

/** An early answer, for faults that come before the flags are understood. */
function wantsDebug(): boolean {
  return process.argv.includes('--debug');
}

export function wantsColor(flag: boolean): boolean {
  if (!flag || process.env.NO_COLOR || process.env.TERM === 'dumb') return false;
  return process.stdout.isTTY === true && process.stderr.isTTY === true && process.env.CI === undefined;
}

/** Names from outside must not steer the terminal; our own colors are let through. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for.
  return text.replace(/\u001b(?!\[\d{1,2}m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g, '�');
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
