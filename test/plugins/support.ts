import { copyFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Desk } from '../cli/support.ts';

export interface Walk {
  readonly id: string;
  readonly day: string;
  readonly start: string;
  readonly end: string;
  readonly steps: number;
  readonly distance_m: number;
}

/** So many walks of an invented person, one a day up to `last`, newest first. */
export function walks(count: number, last = '2026-03-11'): Walk[] {
  return Array.from({ length: count }, (_, back) => {
    const day = new Date(Date.parse(last) - back * 86_400_000).toISOString().slice(0, 10);
    const start = `${day}T17:00:00+01:00`;
    return {
      id: `walk-${day}`,
      day,
      start,
      end: `${day}T17:40:00+01:00`,
      steps: 4_000 + back,
      distance_m: 3_000,
    };
  });
}

/** The invented service that examples/plugin/steps.mjs reads: two walks a page, a key in a header of its own. */
export async function stepsService(truth: { walks: readonly Walk[]; key?: string; busy?: true }) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(`${url.pathname}${url.search}`);
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.headers['x-steps-key'] !== (truth.key ?? KEY)) return answer(401, { error: 'unknown key' });
    if (truth.busy === true) return answer(429, { error: 'too many' });
    if (url.pathname === '/v1/profile') return answer(200, { id: 'ada', height_cm: 170 });
    if (url.pathname !== '/v1/walks') return answer(404, { error: 'not found' });
    const { from = '', to = '', cursor = '0' } = Object.fromEntries(url.searchParams);
    const inRange = truth.walks.filter(({ day }) => day >= from && day <= to);
    const next = Number(cursor) + 2;
    const page = inRange.slice(Number(cursor), next);
    return answer(200, { walks: page, next: next < inRange.length ? String(next) : null });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, requests };
}

export const KEY = 'invented-steps-key';
/** 9 in the morning in Berlin. */
export const CLOCK = { HEALTH_SYNC_CLOCK: '2026-03-12T08:00:00Z' };
export const EXAMPLE = fileURLToPath(new URL('../../examples/plugin/steps.mjs', import.meta.url));

/** A configuration with the example in it, its key and its address. */
export function stepsConfig(url: string, ...more: string[]): string {
  return [
    '[app]',
    'timezone = "Europe/Berlin"',
    '[plugins.steps]',
    'module = "./steps.mjs"',
    `api_key = "${KEY}"`,
    `base_url = "${url}"`,
    'start_date = "2026-01-01"',
    ...more,
    '',
  ].join('\n');
}

export function deskWithExample(url: string, ...more: string[]): Desk {
  const desk = new Desk(stepsConfig(url, ...more));
  copyFileSync(EXAMPLE, join(desk.folder, 'steps.mjs'));
  return desk;
}

/** A configuration that names one plugin, and its file. */
export function deskWith(id: string, code: string | undefined, ...more: string[]): Desk {
  const desk = new Desk(
    ['[app]', 'timezone = "UTC"', `[plugins.${id}]`, `module = "./${id}.mjs"`, ...more, ''].join('\n'),
  );
  if (code !== undefined) writeFileSync(join(desk.folder, `${id}.mjs`), code, { mode: 0o600 });
  return desk;
}
