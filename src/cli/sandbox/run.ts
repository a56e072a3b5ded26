import { printable } from '../../core/config/suggestions.ts';
import { dateAt, isTimeZone, systemTimeZone } from '../../core/dates.ts';
import { InterruptedError, UsageError } from '../../core/errors.ts';
import { startClockify } from '../../sandbox/clockify.ts';
import type { WorldName } from '../../sandbox/oura/worlds.ts';
import { startOura } from '../../sandbox/oura.ts';
import type { SandboxServer } from '../../sandbox/server.ts';
import type { SandboxFlags } from '../commands/sandbox.ts';
import type { Context } from '../context.ts';
import { wholeNumber } from '../range.ts';
import { type Other, othersNamed, startOthers } from './others.ts';
import { sandboxReport } from './report.ts';
import type { Imitations } from './settings.ts';

/** What a `health-sync.toml` without a redirect_uri of its own uses. */
const REDIRECT = 'http://localhost:8484/callback';
const LOCAL_REDIRECTS = [REDIRECT, 'http://localhost:8788/callback'];
/** An imitation remembers every reply it gave; older ones are forgotten beyond so many. */
const REMEMBERED = 1_000;

/** Runs until Ctrl-C or TERM, which is the normal end and yet exit code 130. */
export async function runSandbox(context: Context, flags: SandboxFlags): Promise<void> {
  const imitations = await start(context, flags);
  const { oura, clockify } = imitations;
  const all = [oura, clockify, ...imitations.others.map(({ imitation }) => imitation)];
  try {
    const { object, text } = sandboxReport(imitations, flags.plan);
    context.terminal.result(object, text);
    context.terminal.say('Ready. Ctrl-C ends it.');
    await untilStopped(context.signal, all);
  } finally {
    await Promise.all(all.map((one) => one.close()));
  }
  throw new InterruptedError('the sandbox has ended; what it held is gone');
}

async function start(context: Context, flags: SandboxFlags): Promise<Imitations> {
  const days = wholeNumber('--days', flags.days, 1, 3650);
  const plan = planNamed(flags.plan);
  const worlds = worldsNamed(flags.worlds);
  const zone = flags.zone ?? systemTimeZone();
  if (!isTimeZone(zone)) throw new UsageError(`--zone: there is no time zone "${printable(zone)}"`);
  const now = () => context.clock.now();
  const more = {
    seed: wholeNumber('--seed', flags.seed, 0, 999_999_999),
    tokenLifeSeconds: wholeNumber('--token-life', flags.tokenLife, 1, 100_000_000),
    workspaces: wholeNumber('--workspaces', flags.workspaces, 1, 20),
  };
  const ouraPort = wholeNumber('--oura-port', flags.ouraPort, 0, 65_535);
  const clockifyPort = wholeNumber('--clockify-port', flags.clockifyPort, 0, 65_535);
  const otherPorts = wholeNumber('--other-ports', flags.otherPorts, 0, 65_500);
  const names = othersNamed(flags.with);
  const oura = await listening('--oura-port', ouraPort, (port) =>
    startOura({ now, days, zone, worlds, port, redirectUris: LOCAL_REDIRECTS, ...more }),
  );
  const closing = async (error: unknown) => {
    await oura.close();
    throw error;
  };
  const clockify = await listening('--clockify-port', clockifyPort, (port) =>
    startClockify({ now, zone, plan, port, workspaces: more.workspaces }),
  ).catch(closing);
  const others: Other[] = await startOthers(
    names,
    otherPorts,
    { now, days, zone, seed: more.seed },
    (port, open) => listening('--other-ports', port, open),
  ).catch(async (error) => {
    await clockify.close();
    return closing(error);
  });
  const portal = worlds[0] as WorldName;
  return { oura, clockify, others, portal, redirectUri: REDIRECT, zone, days, today: dateAt(now(), zone) };
}

function planNamed(text: string): 'free' | 'paid' {
  if (text === 'free' || text === 'paid') return text;
  throw new UsageError('--plan must be free or paid');
}

function worldsNamed(text: string): WorldName[] {
  const names = text.split(',').map((name) => name.trim());
  const known = names.filter((name): name is WorldName => name === 'moi' || name === 'legacy');
  if (known.length === names.length) return known;
  throw new UsageError('--worlds must be moi, legacy or moi,legacy');
}

async function listening<T>(flag: string, port: number, open: (port: number) => Promise<T>): Promise<T> {
  try {
    return await open(port);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const reasons: Record<string, string> = {
      EADDRINUSE: 'is in use by another program',
      EACCES: 'may not be opened by this user',
    };
    const reason = reasons[String(code)];
    if (reason === undefined) throw cause;
    throw new UsageError(`port ${port} ${reason}`, {
      cause,
      hint: `Choose another one: ${flag} 0 takes a free one.`,
    });
  }
}

async function untilStopped(signal: AbortSignal, servers: readonly SandboxServer[]): Promise<void> {
  const forget = setInterval(() => {
    for (const { requests } of servers) requests.splice(0, requests.length - REMEMBERED);
  }, 10_000);
  try {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    clearInterval(forget);
  }
}
