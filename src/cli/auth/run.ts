import { UsageError } from '../../core/errors.ts';
import { PROGRAM, runHint } from '../../program.ts';
import type { AuthFlags } from '../commands/auth.ts';
import type { Context } from '../context.ts';
import { renewalWarning } from '../signedIn.ts';
import { type SignInReport, signInTo } from './signIn.ts';

/** Signs in to a provider, or sets up the destination. */
export async function runAuth(context: Context, name: string, flags: AuthFlags): Promise<void> {
  const { SOURCE } = await import('../../destinations/clockify/name.ts');
  if (name === SOURCE) {
    refuseFlags(name, flags, ['--key-stdin', '--workspace']);
    const { runAuthClockify } = await import('./clockify.ts');
    return runAuthClockify(context, flags);
  }
  const provider = await context.provider(name, [SOURCE]);
  refuseFlags(name, flags, FLAGS[(await context.auth(provider)).kind]);
  const report = await signInTo(context, provider, flags);
  const { title: _, ...object } = report;
  const isElsewhere = report.account !== context.globals.account;
  const program = isElsewhere ? `${PROGRAM} --account ${report.account}` : PROGRAM;
  const next = `${program} ${report.enabled ? 'sync --days 30' : 'init'}`;
  context.terminal.result(
    { ...object, next },
    [...signInLines(report), ...outlook(report, program, next)].join('\n'),
  );
}

/** What each kind of sign-in understands. */
const FLAGS = {
  oauth2: ['--paste', '--timeout'],
  apiKey: ['--key-stdin'],
  password: ['--email', '--password-stdin'],
} as const;

function refuseFlags(name: string, flags: AuthFlags, understood: readonly string[]): void {
  const given = {
    '--paste': flags.paste,
    '--timeout': flags.timeout,
    '--key-stdin': flags.keyStdin,
    '--workspace': flags.workspace,
    '--email': flags.email,
    '--password-stdin': flags.passwordStdin,
  };
  const wrong = Object.entries(given).find(
    ([flag, value]) => value !== undefined && !understood.includes(flag),
  );
  if (wrong !== undefined)
    throw new UsageError(`${wrong[0]} does not belong to auth ${name}`, { hint: runHint('auth --help') });
}

export function signInLines(report: SignInReport): string[] {
  const { title, account, expiresAt, refreshable, kind } = report;
  const whose = account === 'default' ? '' : ` as "${account}"`;
  if (kind === 'apiKey') {
    const where = report.from === 'configuration' ? 'It is the configured one.' : 'It is stored.';
    return [`${title} takes the API key${whose}. ${where}`];
  }
  const until = expiresAt === null ? '' : `; the token is valid until ${expiresAt}`;
  const renewed = refreshable ? ' and renewed by itself' : ', then sign in again: it cannot be renewed';
  const lines = [`Signed in to ${title}${whose}${until}${renewed}.`];
  return [...lines, ...(kind === 'password' ? passwordLines(report) : scopeLines(report))];
}

function passwordLines({ from }: SignInReport): string[] {
  if (from === 'configuration') return ['E-mail and password are in the configuration, should it end.'];
  return ['E-mail and password were not kept: should the sign-in end, this has to be done again.'];
}

function scopeLines({ granted, missing, unavailable, lacksRenewal, expiresAt }: SignInReport): string[] {
  const warning = renewalWarning(lacksRenewal, expiresAt);
  const lines = warning === undefined ? [] : [`WARNING: ${warning}.`];
  if (granted !== null) lines.push(`Granted: ${granted.length === 0 ? 'nothing' : granted.join(', ')}.`);
  if (missing.length > 0) {
    const without = unavailable.length === 0 ? 'nothing' : unavailable.join(', ');
    lines.push(`Not granted: ${missing.join(', ')}. Will be missing: ${without}.`);
  }
  return lines;
}

function outlook({ provider, enabled, missing }: SignInReport, program: string, next: string): string[] {
  return [
    ...(missing.length > 0 ? [`To grant the rest: ${program} auth ${provider}`] : []),
    ...(enabled
      ? []
      : [`Not enabled yet: set enabled = true below [${provider}], or answer the questions of init.`]),
    `Next: ${next}`,
  ];
}
