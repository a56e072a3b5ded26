import { UsageError } from '../../core/errors.ts';
import { PROGRAM, runHint } from '../../program.ts';
import type { AuthFlags } from '../commands/auth.ts';
import type { Context } from '../context.ts';
import { type SignInReport, signInTo } from './signIn.ts';

/** Signs in to a provider, or sets up the destination. */
export async function runAuth(context: Context, name: string, flags: AuthFlags): Promise<void> {
  const { CLOCKIFY } = await import('../../destinations/clockify.ts');
  if (name === CLOCKIFY) {
    refuseFlags(name, { '--paste': flags.paste, '--timeout': flags.timeout });
    const { runAuthClockify } = await import('./clockify.ts');
    return runAuthClockify(context, flags);
  }
  const provider = await context.provider(name, [CLOCKIFY]);
  refuseFlags(name, { '--key-stdin': flags.keyStdin, '--workspace': flags.workspace });
  const report = await signInTo(context, provider, flags);
  const { title: _, ...object } = report;
  const next = `${PROGRAM} ${report.enabled ? 'sync --days 30' : 'init'}`;
  context.terminal.result({ ...object, next }, [...signInLines(report), ...outlook(report, next)].join('\n'));
}

function refuseFlags(name: string, flags: Record<string, unknown>): void {
  const wrong = Object.keys(flags).find((flag) => flags[flag] !== undefined);
  if (wrong !== undefined)
    throw new UsageError(`${wrong} does not belong to auth ${name}`, { hint: runHint('auth --help') });
}

export function signInLines(report: SignInReport): string[] {
  const { title, account, granted, missing, unavailable, expiresAt, refreshable } = report;
  const whose = account === 'default' ? '' : ` as "${account}"`;
  const until = expiresAt === null ? '' : `; the token is valid until ${expiresAt}`;
  const renewed = refreshable ? ' and renewed by itself' : ', then sign in again: it cannot be renewed';
  const lines = [`Signed in to ${title}${whose}${until}${renewed}.`];
  lines.push(`Granted: ${granted.length === 0 ? 'nothing' : granted.join(', ')}.`);
  if (missing.length > 0) {
    const without = unavailable.length === 0 ? 'nothing' : unavailable.join(', ');
    lines.push(`Not granted: ${missing.join(', ')}. Will be missing: ${without}.`);
  }
  return lines;
}

function outlook({ provider, enabled, missing }: SignInReport, next: string): string[] {
  return [
    ...(missing.length > 0 ? [`To grant the rest: ${PROGRAM} auth ${provider}`] : []),
    ...(enabled
      ? []
      : [`Not enabled yet: set enabled = true below [${provider}], or answer the questions of init.`]),
    `Next: ${next}`,
  ];
}
