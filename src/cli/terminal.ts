import { inspect, styleText } from 'node:util';
import { type ProgramError, TemporaryError } from '../core/errors.ts';
import { withoutSecrets } from '../core/secrecy.ts';
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
    json: process.argv.includes('--json'),
    quiet: false,
    verbose: false,
    debug: wantsDebug(),
    color: wantsColor(true),
  };

  /** The flags that the printed commands need as well, so that they are about the same files and person. */
  given: readonly GivenFlag[] = [];
  #hasResult = false;

  /** Whether somebody can be asked. */
  get isInteractive(): boolean {
    return process.stdin.isTTY === true && process.stderr.isTTY === true && process.env.CI === undefined;
  }

  /** Whether progress may redraw its lines. */
  get isLive(): boolean {
    const { quiet, json } = this.manner;
    return (
      process.stderr.isTTY === true &&
      // Some report a width of 0, on which the spinner counts lines for ever.
      (process.stderr.columns ?? 0) > 0 &&
      process.env.TERM !== 'dumb' &&
      process.env.CI === undefined &&
      !quiet &&
      !json
    );
  }

  get columns(): number {
    return process.stdout.columns || 100;
  }

  /** The command's result: the object with --json, the text otherwise. */
  result(object: unknown, text: string): void {
    this.#hasResult = true;
    if (this.manner.json) process.stdout.write(`${this.#asJson(object)}\n`);
    else if (text !== '') process.stdout.write(`${this.#shown(text)}\n`);
  }

  /** With --json a command that ended without a result says so on stdout too. */
  refused({ outcome, source, message, hint }: ProgramError): void {
    if (this.#hasResult || !this.manner.json) return;
    const failure = { outcome, source: source ?? null, message, hint: hint ?? null };
    this.result({ outcome, failures: [failure] }, '');
  }

  #asJson(object: unknown): string {
    const replace = (key: string, value: unknown) =>
      NAMES_COMMANDS.has(key) && typeof value === 'string' ? withGivenFlags(value, this.given) : value;
    return JSON.stringify(object, replace, 2);
  }

  #shown(text: string): string {
    return printable(withGivenFlags(text, this.given));
  }

  /** A remark beside the result. */
  say(text: string): void {
    if (!this.manner.quiet) process.stderr.write(`${this.#shown(text)}\n`);
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
    process.stderr.write(`${this.paint('red', PROGRAM)}: ${this.#shown(oneLine(error.message) + hint)}\n`);
    this.#trace(error);
  }

  bug(error: unknown): void {
    const message = withoutSecrets(oneLine(error instanceof Error ? error.message : String(error)));
    process.stderr.write(
      `${this.paint('red', PROGRAM)}: this is a fault of the program: ${printable(message)}\n`,
    );
    process.stderr.write('  Run the command again with --debug and report what it prints.\n');
    this.#trace(error);
  }

  /** People report what it prints. */
  #trace(error: unknown): void {
    if (this.manner.debug) process.stderr.write(`${printable(withoutSecrets(inspect(error)))}\n`);
  }

  paint(color: 'red' | 'green' | 'yellow' | 'dim', text: string): string {
    // Whether there are to be colors has been decided already.
    return this.manner.color ? styleText(color, text, { validateStream: false }) : text;
  }
}

/** A global flag and its value. */
export type GivenFlag = readonly [flag: string, value: string];

/** Where a result names a command; elsewhere the same words would be somebody's own. */
const NAMES_COMMANDS: ReadonlySet<string> = new Set(['next', 'hint', 'how', 'command', 'message']);

/** Puts the flags behind the program's name wherever a command follows it. */
export function withGivenFlags(text: string, given: readonly GivenFlag[]): string {
  return text.replace(COMMAND, (name, account: string | undefined) => {
    const flags = given.filter(([flag]) => flag !== account);
    return [name, ...flags.map(([flag, value]) => `${flag} ${shellQuoted(value)}`)].join(' ');
  });
}

const COMMAND = new RegExp(`(?<![\\w./-])${PROGRAM}(?= (?:(--account) |[a-z]))`, 'g');

/** For a shell, only where it needs it. */
export function shellQuoted(word: string): string {
  return /^[\w./:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

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
