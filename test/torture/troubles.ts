import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { answer, rewrite } from '../../src/sandbox/faults.ts';
import { startHevy } from '../../src/sandbox/hevy.ts';
import type { Imitation } from '../../src/sandbox/imitation.ts';
import { startStrava } from '../../src/sandbox/strava.ts';
import { startWhoop } from '../../src/sandbox/whoop.ts';
import { startWithings } from '../../src/sandbox/withings.ts';
import { statements } from '../support/damage.ts';
import type { Finished } from '../support/program.ts';
import { HOUR, Subject } from '../support/subject.ts';

/** A person with one service, and a run in which something is noted that no run among good days notes. */
export interface Trouble {
  readonly home: Subject<Imitation>;
  readonly args: readonly string[];
  /** The steps to be killed at, each when it is passed for the last time. */
  readonly kills: readonly string[];
  /** The exit code that the run comes to undisturbed; default 0. */
  readonly ends?: number;
  /** How long it is until the repeat; default an hour. */
  readonly pause?: number;
}

const SYNC = ['sync', '--no-push'];

/** All with a short history, of which nothing is read but what the trouble is about. */
const withings = () =>
  begin('withings', (now) => startWithings({ ...now, days: 3, quota: 'off' }), ['devices', 'goals']);
const whoop = (resources: readonly string[], days = 3) =>
  begin('whoop', (now) => startWhoop({ ...now, days, quota: false }), resources);
const strava = (resources: readonly string[]) =>
  begin('strava', (now) => startStrava({ ...now, days: 9, quota: false }), resources);
const hevy = (resources: readonly string[]) =>
  begin('hevy', (now) => startHevy({ ...now, days: 9 }), resources);

async function begin<S extends Imitation>(
  id: string,
  start: (options: { now: () => number }) => Promise<S>,
  resources: readonly string[],
): Promise<Subject<S>> {
  const home = await Subject.start({ id, start, config: { resources } });
  onTestFinished(() => home.end());
  return home;
}

const TOKENS = { method: 'POST', path: /token$|\/v2\/oauth2$/, body: /refresh_token/ };

export const TROUBLES: Readonly<Record<string, () => Promise<Trouble>>> = {
  'a sign-in that was taken away': async () => {
    const home = await whoop(['sleep']);
    home.service.revoke();
    return { home, args: SYNC, ends: 3, kills: ['token.dead-noted'] };
  },
  'a token endpoint that did nothing': async () => {
    const home = await whoop(['sleep']);
    home.service.expireTokens();
    home.service.faults.add(TOKENS, answer(503));
    return { home, args: SYNC, ends: 4, kills: ['token.send-withdrawn'] };
  },
  'a new pair that is somebody else’s': async () => {
    const home = await withings();
    // The configured pair does not say whose it is, its successor does.
    home.service.expireTokens();
    await home.run(SYNC);
    home.time.now += 4 * HOUR;
    home.service.faults.add(
      TOKENS,
      rewrite((text) => text.replace(/"userid":\d+/, '"userid":7')),
      9,
    );
    return { home, args: SYNC, ends: 3, kills: ['token.dead-noted', 'token.reply-dropped'] };
  },
  'a new refresh token that is worthless, where the old one lives on': async () => {
    const home = await withings();
    home.service.expireTokens();
    home.service.faults.add(
      TOKENS,
      rewrite((text) => text.replace(/"refresh-[^"]+"/, '"refresh-of-nobody"')),
    );
    // It dies before the pair has worked.
    await home.run(SYNC, { HEALTH_SYNC_FAILPOINT: 'token.saved:2' });
    home.time.now += 4 * HOUR;
    return { home, args: SYNC, kills: ['token.fallen-back', 'token.previous-forgotten'] };
  },
  'a request window that closed': async () => {
    const home = await whoop(['sleep']);
    home.service.faults.add({ path: /sleep/ }, answer(429, '', { 'retry-after': '7200' }));
    return { home, args: SYNC, ends: 4, kills: ['window.closed'] };
  },
  'a record that two listings lack': async () => {
    const home = await hevy(['routines']);
    await home.run(SYNC);
    const [gone] = home.service.truth.entries('routines');
    home.service.truth.remove('routines', gone?.[0] ?? '');
    return { home, args: SYNC, kills: ['records.missing-noted'], pause: 7 * HOUR };
  },
  'a document that is not there': async () => {
    const home = await strava(['activities', 'activity_details']);
    const [bare] = home.service.truth.entries('activities');
    const path = new RegExp(`/activities/${bare?.[0]}$`);
    home.service.faults.add({ path }, answer(404, { message: 'Record Not Found' }), 9);
    return { home, args: SYNC, kills: ['records.absent-noted'] };
  },
  'documents of what was never read': async () => {
    const home = await strava(['activity_details']);
    return { home, args: SYNC, kills: ['stream.made'] };
  },
  'records that come before those which date them': async () => {
    const home = await whoop(['sleep', 'recovery'], 40);
    await home.run([...SYNC, '--resources', 'recovery']);
    return { home, args: SYNC, kills: ['records.dated'] };
  },
  'marks that cannot be read': async () => {
    const home = await whoop(['sleep']);
    await home.run(SYNC);
    statements(join(home.folder, 'health.sqlite'), "UPDATE sync_state SET state = '{'");
    return { home, args: [...SYNC, '--full'], kills: ['database.mended'] };
  },
};

export function amid({ home, args }: Trouble, failpoint: string): Promise<Finished> {
  return home.run(args, { HEALTH_SYNC_FAILPOINT: failpoint });
}

export function again(trouble: Trouble): Promise<Finished> {
  const { home, args, pause = HOUR } = trouble;
  home.time.now += pause;
  return home.run(args);
}

/** How often each refresh token was sent, fewest first. */
export function sends({ home }: Trouble): number[] {
  const sent = home.service.requests.map(({ body }) => new URLSearchParams(body).get('refresh_token'));
  const counts = Map.groupBy(sent, (token) => token);
  counts.delete(null);
  return [...counts.values()].map(({ length }) => length).sort((one, other) => one - other);
}
