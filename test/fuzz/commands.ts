import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Context } from '../../src/cli/context.ts';
import { buildProgram, runProgram } from '../../src/cli/program.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { InterruptedError, ProgramError } from '../../src/core/errors.ts';
import { Finding, refuseTouchedPrototypes } from './finding.ts';
import type { Subject } from './rounds.ts';
import { anyText } from './text.ts';

interface CommandCase {
  readonly words: readonly string[];
  /** Whether a configuration with a source and a destination lies in the folder. */
  readonly isConfigured: boolean;
}

/** A command that works until somebody stops it is stopped after this long, and then has the other (milliseconds). */
const PATIENCE = 250;
const HANG = 8_000;

/** Everything the program itself says that it takes. */
function vocabulary(): { commands: string[]; flags: string[] } {
  const program = buildProgram(new Context(new Terminal(), new AbortController().signal));
  const all = [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)];
  return {
    commands: program.commands.map((one) => one.name()),
    flags: [
      ...new Set(all.flatMap(({ options }) => options.flatMap(({ long, short }) => [long, short]))),
    ].filter((flag) => flag != null),
  };
}

const { commands: COMMANDS, flags: FLAGS } = vocabulary();
const VALUES = [
  ...[
    'oura',
    'withings',
    'hevy',
    'strava',
    'eightsleep',
    'whoop',
    'clockify',
    'nobody',
    '__proto__',
    'constructor',
    'show',
    'help',
  ],
  ...[
    '1',
    '0',
    '-1',
    '1e9',
    '99999999999999999999',
    '2024-01-01',
    '2024-02-30',
    '0000-01-01',
    '9999-12-31',
    'today',
    '90s',
    '-5m',
  ],
  ...[
    '',
    ' ',
    '-',
    '--',
    '---',
    '=',
    'x=y',
    '.',
    '..',
    './new.sqlite',
    './new/folder/x.sqlite',
    'health-sync.toml',
    '/dev/null',
    '/dev/null/x',
  ],
  ...[
    '/proc/self/x',
    'http://127.0.0.1:9',
    'file:x',
    '~/x',
    '*',
    '$(id)',
    '`id`',
    ';',
    '\n',
    '\r\n',
    '\u001b[31m',
    '\u0000',
    '\u202e',
    'é😀',
  ],
  ...[
    'sleep',
    'workouts',
    'sleep,nobody',
    ',',
    'moi',
    'paid',
    'a'.repeat(3_000),
    'Europe/Berlin',
    'Nowhere/Zone',
    'me',
    '../me',
  ],
];

const word = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...FLAGS) },
  { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...FLAGS), fc.constantFrom(...VALUES)).map((pair) => pair.join('=')),
  },
  { weight: 1, arbitrary: anyText(6) },
);

export const commandCases: fc.Arbitrary<CommandCase> = fc.record({
  words: fc
    .tuple(
      fc.array(word, { maxLength: 2 }),
      // These two start imitations, which takes long; most of their flags are tried with the others.
      fc.constantFrom(...COMMANDS.filter((name) => name !== 'demo' && name !== 'sandbox')),
      fc.array(word, { maxLength: 5 }),
    )
    .map(([before, command, after]) => [...before, command, ...after]),
  isConfigured: fc.boolean(),
});

const CONFIG = `[app]
timezone = "Europe/Berlin"
[hevy]
enabled = true
api_key = "a2V5"
base_url = "http://127.0.0.1:9"
[clockify]
api_key = "a2V5"
base_url = "http://127.0.0.1:9/api/v1"
`;

/** Nobody to ask, and nothing on the screen. */
class DeafTerminal extends Terminal {
  override get isInteractive(): boolean {
    return false;
  }
}

/** The real program in this process, in a folder of its own, where no service can be reached. */
export function commands(): Subject<CommandCase> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const [home, around] = [process.cwd(), readdirSync(tmpdir()).sort()];
  const before = { env: process.env, listing: readdirSync(home).sort() };
  const failures: unknown[] = [];
  const note = (error: unknown) => void failures.push(error);
  process.on('unhandledRejection', note);
  return {
    name: 'commands',
    cases: commandCases,
    check: async (one) => {
      const place = join(folder, 'work');
      mkdirSync(join(place, 'tmp'), { recursive: true });
      if (one.isConfigured) writeFileSync(join(place, 'health-sync.toml'), CONFIG, { mode: 0o600 });
      process.env = {
        HOME: place,
        TMPDIR: join(place, 'tmp'),
        PATH: place,
        CI: 'true',
        HEALTH_SYNC_CLOCK: '2026-03-12T08:00:00Z leaping',
      };
      process.chdir(place);
      try {
        await run(one.words);
        if (failures.length > 0) throw failures.splice(0)[0];
      } finally {
        process.chdir(home);
        process.env = before.env;
        rmSync(place, { recursive: true, force: true });
      }
      refuseTouchedPrototypes();
      const strays = [
        ...readdirSync(folder),
        ...readdirSync(home).filter((name) => !before.listing.includes(name)),
      ];
      if (strays.length > 0) throw new Finding('others', `left behind outside: ${strays.join(', ')}`);
    },
    end: () => {
      process.off('unhandledRejection', note);
      rmSync(folder, { recursive: true, force: true });
      const strays = readdirSync(tmpdir()).filter(
        (name) => !around.includes(name) && /clockify|health/.test(name),
      );
      if (strays.length > 0) throw new Finding('others', `left behind: ${strays.join(', ')}`);
    },
  };
}

async function run(words: readonly string[]): Promise<void> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new InterruptedError('stopped')), PATIENCE);
  const late = Promise.withResolvers<never>();
  const hang = setTimeout(() => late.reject(new Finding('hangs', `${PATIENCE + HANG} ms and more`)), HANG);
  const shown = silenced();
  try {
    const argv = [...words];
    await Promise.race([
      runProgram({ argv, terminal: new DeafTerminal(), signal: stop.signal }),
      late.promise,
    ]);
  } catch (error) {
    // Whatever is no error of ours would be code 1, and a hang is no error of the program at all.
    const isOurs = error instanceof ProgramError || (stop.signal.aborted && error === stop.signal.reason);
    if (!isOurs) throw error;
    if (error instanceof ProgramError && error.message.trim() === '')
      throw new Finding('others', 'says nothing', error);
  } finally {
    shown.restore();
    clearTimeout(timer);
    clearTimeout(hang);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for.
  const odd = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.exec(shown.text());
  if (odd !== null) throw new Finding('others', `printed ${JSON.stringify(odd[0])}`);
}

/** Keeps what is printed off the screen; a person's terminal must not be steered by it. */
function silenced() {
  const printed: string[] = [];
  const streams = [process.stdout, process.stderr] as const;
  const kept = streams.map((stream) => stream.write);
  for (const stream of streams)
    stream.write = ((text: string | Uint8Array) => {
      printed.push(String(text));
      return true;
    }) as typeof stream.write;
  return {
    text: () => printed.join(''),
    restore: () => {
      for (const [index, stream] of streams.entries()) stream.write = kept[index] as typeof stream.write;
    },
  };
}
