import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { sections } from '../../src/cli/sections.ts';
import { namesOf } from '../../src/core/config/environment.ts';
import { keysOf } from '../../src/core/config/section.ts';
import { loadOrRefuse } from './configs.ts';
import { inTime } from './hang.ts';
import type { Subject } from './rounds.ts';
import { anyText } from './text.ts';

interface EnvironmentCase {
  readonly lines: readonly string[];
  /** As real variables instead of a file. */
  readonly isReal: boolean;
}

const NAMES = [
  ...sections().flatMap((section) => keysOf(section).flatMap((key) => namesOf(section, key))),
  ...[
    'HEALTH_SYNC_APP_DB',
    'HEALTH_SYNC_DB',
    'DATABASE_URL',
    'LOG_LEVEL',
    'SYNC_DAYS',
    'SYNC_SCHEDULE',
    'SERVER_PORT',
    'REDIS_URL',
  ],
  ...[
    'HEALTH_SYNC_CONFIG',
    'HEALTH_SYNC_',
    'HEALTH_SYNC_OURA_',
    'HEALTH_SYNC_NOBODY_KEY',
    'HEALTH_SYNC_CLOCKIFY_RULES',
    'NODE_ENV',
  ],
  ...[
    '__proto__',
    'constructor',
    'PATH',
    'HOME',
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
    '',
    ' ',
    '1A',
    'A-B',
    'export',
    'é',
    'A B',
  ],
];
const VALUES = [
  ...[
    '',
    ' ',
    '0',
    '1',
    '-1',
    '1e9',
    'true',
    'yes',
    'TRUE',
    'null',
    '[]',
    '["a"]',
    'a,b',
    ',',
    '2024-02-30',
    '9999-12-31',
    'all',
  ],
  ...[
    '"',
    '""',
    "'",
    "''",
    '"a',
    "'a",
    '"a"b',
    "'a'b",
    '"\\n"',
    '"\\',
    '"\\u0000"',
    '# comment',
    'a # b',
    '"a" # b',
    '$HOME',
    '`id`',
  ],
  ...[
    'http://localhost',
    'https://',
    'ftp://x',
    'postgres://x',
    '~/x',
    '../x',
    '/dev/null/x',
    'C:\\x',
    '\0',
    '\u001b[31m',
    '\u2028',
  ],
  ...[
    'x'.repeat(70_000),
    '{"a":1}',
    '{ a = 1 }',
    'Europe/Berlin',
    'Nowhere',
    '15m',
    '99999h',
    'Infinity',
    'NaN',
    '٣',
    '１',
  ],
];
const BETWEEN = ['=', '=', '=', '=', ' = ', '==', '', ':', '\t=\t'];

const line = fc
  .tuple(
    fc.constantFrom('', '', '', 'export ', 'EXPORT ', '#', ' '),
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: anyText(8) }),
    fc.constantFrom(...BETWEEN),
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...VALUES) }, { weight: 1, arbitrary: anyText(12) }),
  )
  .map((parts) => parts.join(''));

export const environmentCases: fc.Arbitrary<EnvironmentCase> = fc.record({
  lines: fc.array(line, { maxLength: 6 }),
  isReal: fc.boolean(),
});

/** `.env` files beside a configuration, and the same as real variables. */
export function environment(): Subject<EnvironmentCase> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  writeFileSync(join(folder, 'health-sync.toml'), '[oura]\nenabled = true\n');
  return {
    name: 'environment',
    cases: environmentCases,
    check: ({ lines, isReal }) => {
      writeFileSync(join(folder, '.env'), isReal ? '' : lines.join('\n'));
      // No system lets a name hold `=`, or either of them a zero byte.
      const pairs = lines.map((one) => /^([^=\0]+)=([^\0]*)$/s.exec(one) ?? []);
      const real = pairs.flatMap(([, name, value]) => (name === undefined ? [] : [[name, value ?? '']]));
      return inTime(() => loadOrRefuse(folder, isReal ? Object.fromEntries(real) : {}));
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
