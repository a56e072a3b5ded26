import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sections } from '../../src/cli/sections.ts';
import { namedPlugins } from '../../src/core/config/plugins.ts';
import { loadConfig } from '../../src/core/config.ts';
import { UsageError } from '../../src/core/errors.ts';
import { Finding, faultOfWords, refuseTouchedPrototypes } from './finding.ts';
import { inTime } from './hang.ts';
import type { Subject } from './rounds.ts';
import { anyText } from './text.ts';

/** One change of a line. */
interface Edit {
  readonly kind: 'value' | 'remove' | 'double' | 'on' | 'insert' | 'letter' | 'key';
  readonly at: number;
  readonly by: number;
  readonly text: string;
}

interface ConfigCase {
  readonly edits: readonly Edit[];
  /** Nothing but this instead of the example. */
  readonly instead: string | undefined;
}

const EXAMPLE = readFileSync(new URL('../../health-sync.example.toml', import.meta.url), 'utf8').split('\n');
const VALUES = [
  ...[
    'true',
    'false',
    '0',
    '-1',
    '1e400',
    'nan',
    'inf',
    '-inf',
    '9007199254740993',
    '0x7fffffffffffffff',
    '1_000',
    '07',
    '1.5',
  ],
  ...[
    '""',
    '" "',
    '"\\u0000"',
    '"\\u001b[31m"',
    '"\\U0010ffff"',
    "'''\na\n'''",
    '"""\\\n"""',
    '"unclosed',
    "'x'",
    '"\\uD800"',
  ],
  ...[
    '[]',
    '[[]]',
    '[1, "a"]',
    '{}',
    '{ a = 1 }',
    '{ __proto__ = 1 }',
    '[{ a = 1 }]',
    '2024-01-01',
    '0000-01-01',
    '9999-12-31',
  ],
  ...[
    '2024-02-30',
    '2024-01-01T00:00:00Z',
    '24:00:00',
    '"2024-13-01"',
    '"all"',
    '"1s"',
    '"99999999h"',
    '"-1m"',
    '"http://x"',
  ],
  ...[
    '"https://"',
    '"https://a b"',
    '"http://localhost:99999"',
    '"ftp://x"',
    '"https://u:p@h/"',
    '"~/x"',
    '"~"',
    '"file:x"',
  ],
  ...[
    '"postgres://x"',
    '"../../../x"',
    '"/dev/null/x"',
    '"Europe/Nowhere"',
    '"%00"',
    '["daily", "daily"]',
    '["__proto__"]',
  ],
];
const LINES = [
  ...[
    '[app]',
    '[oura]',
    '[__proto__]',
    '[app.constructor]',
    '[[clockify.rules]]',
    '[clockify.rules]',
    '[plugins]',
    '[a.b.c]',
  ],
  ...[
    '__proto__ = 1',
    'constructor.prototype.polluted = 1',
    'enabled = true',
    'source = "strava"',
    'project = "x"',
    'module = "./x"',
  ],
  ...[
    '[[',
    ']]',
    '=',
    '"',
    "'''",
    '#',
    '\0',
    '\ufeff',
    '\u001b[31m = 1',
    'a'.repeat(5_000),
    `a = ${'['.repeat(2_000)}`,
    '\r',
  ],
];
const PIECES = [...VALUES, ...LINES, '\n', '\n', '\r\n', ' = ', ',', '.', '\\'];

const nat = fc.nat(65_535);
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('value', 'value', 'on', 'on', 'remove', 'double', 'insert', 'letter', 'key' as const),
  at: nat,
  by: nat,
  text: anyText(6),
});

export const configCases: fc.Arbitrary<ConfigCase> = fc.record({
  edits: fc.array(edit, { maxLength: 6 }),
  instead: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((all) => all.join('')),
    },
    { weight: 1, arbitrary: anyText(80) },
  ),
});

export function configs(): Subject<ConfigCase> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const file = join(folder, 'health-sync.toml');
  return {
    name: 'configs',
    cases: configCases,
    check: ({ edits, instead }) => {
      writeFileSync(file, instead ?? edited(edits));
      return inTime(() => loadOrRefuse(folder, {}));
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a command does with the configuration before anything else: it works, or is refused in one line. */
export function loadOrRefuse(folder: string, env: Readonly<Record<string, string>>): void {
  const around = { env, cwd: folder, home: folder };
  try {
    namedPlugins(around, undefined);
    const config = loadConfig({ sections: sections(), ...around });
    for (const { value } of config.entries()) JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const fault = faultOfWords(error.message) ?? faultOfWords(error.hint ?? '');
    if (fault !== undefined) throw new Finding('others', fault, error);
  }
  refuseTouchedPrototypes();
}

function edited(edits: readonly Edit[]): string {
  const lines = [...EXAMPLE];
  for (const { kind, at, by, text } of edits) {
    const index = at % lines.length;
    const line = lines[index] as string;
    const value = VALUES[by % VALUES.length] as string;
    if (kind === 'value')
      lines[index] = line.replace(/^(#\s*)?([\w.-]+ = ).*/, (_, __, key) => `${key}${value}`);
    if (kind === 'on') lines[index] = line.replace(/^#\s*(?=[\w.-]+ = )/, '');
    if (kind === 'remove') lines.splice(index, 1);
    if (kind === 'double') lines.splice(index, 0, line);
    if (kind === 'insert') lines.splice(index, 0, LINES[by % LINES.length] as string);
    if (kind === 'letter')
      lines[index] = line.slice(0, by % (line.length + 1)) + text + line.slice(by % (line.length + 1));
    if (kind === 'key') lines[index] = line.replace(/^(#\s*)?[\w.-]+(?= = )/, JSON.stringify(text));
  }
  return lines.join('\n');
}
