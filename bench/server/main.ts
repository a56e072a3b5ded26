/**
 * node bench/server/main.ts [--services oura,…] [--days N] [--now INSTANT] [--latency MS] [--full-fields]
 *   [--sleeps N] [--per-day N] [--pushed]
 *
 * The services of the benchmark in a process of their own. Prints one line of JSON, { control, sections }, and stays
 * until its stdin is closed. Control, JSON both ways:
 *
 * GET  /log      every request so far       POST /reset  forgets them
 * GET  /open     how many are not answered
 * POST /latency  { milliseconds }           POST /clock  { now }, UTC epoch milliseconds
 *
 * --sleeps N: exactly so many periods of sleep, the newest ends before now. --pushed: Clockify has an entry for each.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import type { Asked } from './front.ts';
import type { Service } from './service.ts';
import { starters } from './services.ts';
import { sleepsBefore } from './sleeps.ts';

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: 'oura' },
    days: { type: 'string', default: '1826' },
    now: { type: 'string', default: '2026-03-12T08:00:00Z' },
    latency: { type: 'string', default: '0' },
    'full-fields': { type: 'boolean', default: false },
    sleeps: { type: 'string' },
    'per-day': { type: 'string', default: '1' },
    pushed: { type: 'boolean', default: false },
  },
});

const time = { now: Date.parse(values.now) };
const manner = { latency: Number(values.latency), open: 0 };
const log: Asked[] = [];
const services: Service[] = [];
const DAY = 86_400_000;
const perDay = Number(values['per-day']);
/** When the clock moves on, new ones join the old. */
const sleepsNow = () => {
  const since = Math.round((time.now - Date.parse(values.now)) / DAY);
  return sleepsBefore(time.now, Number(values.sleeps) + since * perDay, perDay);
};
const options = {
  days: Number(values.days),
  fullFields: values['full-fields'],
  sleeps: values.sleeps === undefined ? undefined : sleepsNow,
  pushed: values.pushed,
  ...{ time, manner, log },
};
for (const name of values.services.split(',')) {
  const start = starters[name];
  if (start === undefined)
    throw new Error(`no service ${name}; there are ${Object.keys(starters).join(', ')}`);
  services.push(await start(options));
}

// biome-ignore lint/suspicious/noExplicitAny: typed by our own benchmark.
const routes: Readonly<Record<string, (body: any) => unknown>> = {
  'GET /log': () => log,
  'GET /open': () => manner.open,
  'POST /reset': () => {
    log.length = 0;
  },
  'POST /latency': ({ milliseconds }) => {
    manner.latency = milliseconds;
  },
  // What was told before is no longer what a service would say.
  'POST /clock': ({ now }) => {
    time.now = now;
    for (const service of services) {
      service.front.forgetReads();
      service.moved?.();
    }
  },
};

const control = createServer(async (message, response) => {
  const route = routes[`${message.method} ${message.url}`];
  if (route === undefined) {
    response.writeHead(404).end(Object.keys(routes).join('\n'));
    return;
  }
  const result = route(await jsonOf(message));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? null));
});

async function jsonOf(message: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}

await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
const sections = Object.fromEntries(services.map(({ id, section }) => [id, section]));
const address = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
process.stdout.write(`${JSON.stringify({ control: address, sections })}\n`);
process.stdin.resume().on('end', () => process.exit());
