import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dateAt, systemTimeZone } from '../../core/dates.ts';
import { type ClockifySandbox, startClockify } from '../../sandbox/clockify.ts';
import { type OuraSandbox, startOura } from '../../sandbox/oura.ts';
import { Context } from '../context.ts';
import { settings } from '../sandbox/settings.ts';
import type { Place } from './place.ts';
import { QuietTerminal } from './quietTerminal.ts';

export const DAYS = 30;
/** Requests per second: as many as Clockify takes on a paid plan. */
const PACE = 50;

const NOTE = `# Everything here is invented. Both services were imitations that ended with the demo, so this configuration
# can look at the database beside it (status, query), but not sync again. \`oura-clockify init\` writes a real one.

`;

/** Both imitations, and a context that knows nothing but them. */
export interface Stage {
  readonly context: Context;
  readonly terminal: QuietTerminal;
  readonly oura: OuraSandbox;
  readonly clockify: ClockifySandbox;
  readonly place: Place;
  close(): Promise<void>;
}

/** The environment stays outside: it may name a real account. */
export async function openStage(outer: Context, place: Place): Promise<Stage> {
  const terminal = new QuietTerminal(outer.terminal);
  const context = new Context(terminal, outer.signal, { env: {}, cwd: place.folder, home: undefined });
  context.globals = { account: outer.globals.account, config: place.config };
  const zone = systemTimeZone();
  const redirectUri = `http://localhost:${await freePort()}/callback`;
  // Stands still, so that nothing moves at the source but what the demo moves.
  const instant = context.clock.now();
  const oura = await startOura({ now: () => instant, days: DAYS, zone, redirectUris: [redirectUri] });
  const clockify = await startClockify({ now: () => context.clock.now(), zone });
  const today = dateAt(instant, zone);
  const imitations = {
    oura,
    clockify,
    others: [],
    portal: 'moi',
    redirectUri,
    zone,
    days: DAYS,
    today,
  } as const;
  place.write(NOTE + settings(imitations, PACE));
  const close = async () => {
    await context.close();
    await Promise.all([oura.close(), clockify.close()]);
  };
  return { context, terminal, oura, clockify, place, close };
}

/** A port of the loopback that nobody listens at just now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
