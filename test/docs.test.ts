import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { Context } from '../src/cli/context.ts';
import { buildProgram } from '../src/cli/program.ts';
import { declaredViews } from '../src/cli/sections.ts';
import { Terminal } from '../src/cli/terminal.ts';
import { runProgram } from './support/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
const program = buildProgram(new Context(new Terminal(), new AbortController().signal));

function allCommands(
  command: Command,
  prefix: string,
): { name: string; flags: string[]; command: Command }[] {
  return command.commands.flatMap((one) => {
    const name = `${prefix}${one.name()}`;
    const flags = one.options.map(({ long }) => long as string);
    return [{ name, flags, command: one }, ...allCommands(one, `${name} `)];
  });
}

const commands = allCommands(program, '').filter(({ name }) => name !== 'help');
const leaves = commands.filter(({ command }) => command.commands.length === 0);
const globalFlags = program.options.map(({ long }) => long as string);

test.each(leaves.map(({ name }) => name))('the README lists `%s`', (name) => {
  expect(readme).toMatch(new RegExp(`\\boura-clockify ${name}\\b`));
});

test.each(['README.md', 'docs/quickstart.md', 'CONTRIBUTING.md'])(
  'every command line in %s exists',
  (path) => {
    const lines = read(path).matchAll(
      /oura-clockify((?: --?[\w-]+(?:[ =][~/.\w-]+)?)*) ([a-z][a-z-]*)([^`\n|]*)/g,
    );
    for (const [line, , word, rest] of lines) {
      if (!commands.some(({ name }) => name === word)) continue;
      const own = commands.filter(({ name }) => name.split(' ')[0] === word).flatMap(({ flags }) => flags);
      const used = [...(rest as string).matchAll(/(?<![\w-])--[a-z-]+/g)].map(([flag]) => flag);
      for (const flag of used) expect([...own, ...globalFlags], line).toContain(flag);
    }
  },
);

test('every flag that the README names belongs to some command', () => {
  const known = new Set([...globalFlags, ...commands.flatMap(({ flags }) => flags), '--help', '--version']);
  const named = [...readme.matchAll(/`(?:sync )?(--[a-z-]+)/g)].map(([, flag]) => flag as string);
  expect(named.filter((flag) => !known.has(flag))).toEqual([]);
});

test('the README names every flag of sync', () => {
  const sync = commands.find(({ name }) => name === 'sync');
  const visible = sync?.command.options.filter(({ hidden }) => !hidden).map(({ long }) => long as string);
  expect(visible?.filter((flag) => !readme.includes(flag))).toEqual([]);
});

test('the README lists every view of the database', () => {
  for (const { name } of declaredViews()) expect(readme).toContain(`\`${name}\``);
});

test('every message in the troubleshooting table is one that the program prints', () => {
  const section = readme.slice(readme.indexOf('## When something is wrong'), readme.indexOf('## More'));
  const messages = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, message]) => message as string);
  expect(messages.length).toBeGreaterThan(8);
  const sources = sourceText('src');
  for (const message of messages) {
    // What varies in a message is a number, a quoted name or an ellipsis.
    const fixed = message
      .split(/…|\d+|"/)
      .map((part) => part.trim())
      .filter((part) => part.length > 4);
    for (const part of fixed) expect(sources, message).toContain(part);
  }
});

function sourceText(folder: string): string {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join(folder, name)))
    .join('\n');
}

describe('the demo in the README', () => {
  /** Durations and the place differ from run to run, nothing else does. */
  const settled = (text: string) =>
    text.replace(/^ *\d+\.\d s /gm, ' 0.0 s ').replace(/\S*oura-clockify-demo/g, 'oura-clockify-demo');

  test('is what the program prints', async () => {
    const shown = /<!-- demo -->\n```text\n([\s\S]*?)\n```\n<!-- \/demo -->/.exec(readme)?.[1] ?? '';
    const env = { HEALTH_SYNC_CLOCK: '2026-11-20T08:00:00Z', TZ: 'Europe/Berlin' };
    const { code, stdout, stderr } = await runProgram(['demo'], { env });
    expect(code).toBe(0);
    expect(settled(`${stderr.trimEnd()}\n\n${stdout.trimEnd()}`)).toBe(settled(shown));
  });
});
