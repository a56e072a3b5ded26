import { onTestFinished } from 'vitest';
import {
  startWithings,
  type WithingsSandbox,
  type WithingsSandboxOptions,
} from '../../src/sandbox/withings.ts';
import type { OpenApi } from '../support/openapi.ts';
import { publishedSpec } from '../support/openapi.ts';
import { Subject } from '../support/subject.ts';
import { withingsDocument } from '../support/withingsDocument.ts';

/** Small pages, so that there are several of everything. */
export const PAGES = { measures: 20, activity: 12, workouts: 6, sleep_summary: 10, heart: 3 };

export async function person(
  options: Partial<WithingsSandboxOptions> = {},
  config: Record<string, unknown> = {},
): Promise<Subject<WithingsSandbox>> {
  const one = await Subject.start({
    id: 'withings',
    start: ({ now }) => startWithings({ now, pageSize: PAGES, ...options }),
    config,
  });
  onTestFinished(() => one.end());
  return one;
}

const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));

/** Ids as the store has them, of everything that is read without being asked for. */
export function everything({ truth }: WithingsSandbox): Record<string, string[]> {
  const ids = (name: string) => truth.entries(name).map(([id]) => id);
  return {
    measures: ids('measures').map((id) => id.replace('-8', '/8')),
    activity: truth
      .list('activity')
      .map(({ date, deviceid, brand, modelid }) => `${date}/${text(deviceid) || `${brand}-${modelid}`}`),
    workouts: ids('workouts'),
    sleep_summary: ids('sleep_summary'),
    heart: ids('heart'),
    devices: ids('devices'),
    goals: ['goals'],
  };
}

/** The published document, asked by what Withings tells its calls apart by: path and `action`. */
export function published(): OpenApi | undefined {
  const file = publishedSpec('withings-openapi.json');
  if (file === undefined) return undefined;
  const document = withingsDocument(file);
  let call = '';
  return {
    ...document,
    checkRequest(method, target, body) {
      const form = new URLSearchParams(String(body ?? ''));
      call = `${target}/${form.get('action')}`;
      return document.checkRequest(method, `${call}?${form}`);
    },
    // The reply to the request that was checked just before.
    checkReply: (method, _target, status, reply) => document.checkReply(method, call, status, reply),
  };
}

/** The fields of every request for data so far, its path among them. */
export function asked({ service }: Subject<WithingsSandbox>): Record<string, string>[] {
  return service.requests
    .filter(({ path }) => path !== '/v2/oauth2')
    .map(({ path, body }) => ({ path, ...Object.fromEntries(new URLSearchParams(body)) }));
}

export function askedFor(one: Subject<WithingsSandbox>, action: string): Record<string, string>[] {
  return asked(one).filter((fields) => fields.action === action);
}
