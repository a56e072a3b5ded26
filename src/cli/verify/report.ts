import {
  AuthError,
  ContractError,
  type Outcome,
  type ProgramError,
  StoreError,
  TemporaryError,
  UsageError,
} from '../../core/errors.ts';
import { NEEDS_A_PERSON } from '../../core/outcome.ts';
import type { Terminal } from '../terminal.ts';
import type { Compared } from './comparison.ts';
import type { Finding } from './finding.ts';
import type { Freshness } from './freshness.ts';

export interface Verified {
  readonly findings: readonly Finding[];
  readonly resources: readonly Freshness[];
  readonly comparison: Compared | undefined;
  /** UTC epoch milliseconds. */
  readonly at: number;
  readonly days: number;
}

/** The object of --json. */
export function verifyObject({ findings, resources, comparison, at, days }: Verified) {
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  return {
    outcome: worst(findings)?.outcome ?? 'OK',
    checkedAt: new Date(at).toISOString(),
    days,
    ok: count('ok'),
    warnings: count('warning'),
    problems: count('problem'),
    checks: findings.map(({ area, level, text, hint, outcome }) => ({
      area,
      level,
      outcome: outcome ?? null,
      message: text,
      hint: hint ?? null,
    })),
    resources,
    entries: comparison ?? null,
  };
}

/** One line per check, with the next command below it. */
export function verifyText(findings: readonly Finding[], terminal: Terminal): string {
  const shown = findings.filter(({ level }) => !terminal.manner.quiet || level !== 'ok');
  const width = Math.max(0, ...shown.map(({ area }) => area.length));
  return shown.map((finding) => lineOf(finding, width, terminal)).join('\n');
}

function lineOf({ area, level, text, hint }: Finding, width: number, terminal: Terminal): string {
  const paint = { ok: 'green', warning: 'yellow', problem: 'red' } as const;
  const word = terminal.paint(paint[level], level.padEnd(7));
  const indent = ' '.repeat(9 + width + 2);
  const next = hint === undefined ? '' : `\n${indent}${terminal.paint('dim', hint)}`;
  return `${word}  ${area.padEnd(width)}  ${text}${next}`;
}

type ErrorClass = new (message: string, details: { hint?: string | undefined }) => ProgramError;

const CLASSES: Readonly<Partial<Record<Outcome, ErrorClass>>> = {
  AUTH: AuthError,
  CONTRACT: ContractError,
  STORE: StoreError,
  USAGE: UsageError,
  TEMP: TemporaryError,
};

/** What the whole ends with; undefined when nothing but warnings was found. */
export function worst(findings: readonly Finding[]): ProgramError | undefined {
  const problems = findings.filter(({ level }) => level === 'problem');
  const first = NEEDS_A_PERSON.map((outcome) => problems.find((one) => one.outcome === outcome)).find(
    (found) => found !== undefined,
  );
  if (first === undefined) return undefined;
  const Kind = CLASSES[first.outcome ?? 'TEMP'] ?? TemporaryError;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new Kind(`${first.text}${more}`, { hint: first.hint });
}
