import type { Command } from 'commander';
import type { Context } from '../context.ts';

/** What every command file exports: it describes the command and hands the work to the core. */
export interface CommandFile {
  (context: Context): Command;
  readonly commandName: string;
}

export function command(name: string, build: (context: Context) => Command): CommandFile {
  return Object.assign((context: Context) => build(context), { commandName: name });
}

/** Real examples under a command's help. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
