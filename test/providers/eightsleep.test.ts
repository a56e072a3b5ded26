import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eightsleep } from '../../src/providers/eightsleep.ts';
import {
  type EightSleepSandbox,
  type EightSleepSandboxOptions,
  startEightSleep,
} from '../../src/sandbox/eightsleep.ts';
import { answer } from '../../src/sandbox/faults.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { DAY, HOUR, Subject } from '../support/subject.ts';
import { testProvider } from '../support/testProvider.ts';
import { idsOf } from './eightsleep-support.ts';

const newest = (service: EightSleepSandbox, collection: string) =>
  idsOf(service, collection).toSorted().at(-1) as string;
const refusal = (status: number, code: string) => answer(status, { status, code });

/** A nap of five days ago: the pod had no network. */
function toldLate(service: EightSleepSandbox): { resource: string; id: string } {
  const like = service.truth.get('intervals', newest(service, 'intervals')) as Document;
  const start = Date.parse('2026-03-07T12:00:00Z');
  const id = String(start / 1000);
  service.truth.put('intervals', id, {
    ...like,
    id,
    ts: new Date(start).toISOString(),
    presenceEnd: new Date(start + HOUR).toISOString(),
  });
  return { resource: 'intervals', id };
}

testProvider<EightSleepSandbox>({
  provider: eightsleep,
  // Requests are paced, so that a short history with short pages it is.
  start: (options) => startEightSleep({ ...options, days: 12, pageSize: 8 }),
  everything: (service) => ({
    user: [service.userId],
    trends: idsOf(service, 'trends'),
    intervals: idsOf(service, 'intervals'),
  }),
  secondRun: (requests) => {
    expect(requests.map(({ path }) => path.split('/').at(-1)).sort()).toEqual(['intervals', 'me', 'trends']);
    const days = requests.find(({ path }) => path.endsWith('trends'))?.query;
    expect([days?.get('from'), days?.get('to')]).toEqual(['2026-03-11', '2026-03-13']);
  },
  edit: (service) => {
    const id = newest(service, 'intervals');
    service.truth.patch('intervals', id, { presenceEnd: '2026-03-12T07:59:00.000Z' });
    return { resource: 'intervals', id, shows: '"presenceEnd":"2026-03-12T07:59:00.000Z"' };
  },
  late: toldLate,
  remove: (service) => {
    const id = newest(service, 'intervals');
    service.truth.remove('intervals', id);
    return { resource: 'intervals', id };
  },
  paged: { resource: 'intervals', path: /\/intervals$/ },
  unknownField: (service, field, value) => {
    const id = newest(service, 'trends');
    service.truth.patch('trends', id, { [field]: value });
    return { resource: 'trends', id };
  },
  broken: { resource: 'trends', path: /\/trends$/ },
  tokenPath: /^\/auth\/v1\/tokens$/,
  limit: {
    refuse: (service) => service.faults.add({ path: /^\/client/ }, refusal(429, 'Too Many Requests'), 9_999),
    allow: (service) => service.faults.clear(),
    closedFor: 900_000,
  },
  errors: [
    {
      name: 'a person or pod that is somebody else’s',
      make: (service) => service.faults.add({ path: /trends$/ }, refusal(403, 'Forbidden'), 99),
      exit: 5,
      says: /eightsleep\.trends: refused with 403\. These figures are not shared with this account/,
    },
    {
      name: 'a program that is not welcome',
      make: (service) => service.faults.add({ path: /trends$/ }, answer(403, '<html>no</html>'), 99),
      exit: 5,
      says: /turned away before it reached Eight Sleep/,
    },
    {
      name: 'a question that is not understood',
      make: (service) => service.faults.add({ path: /trends$/ }, refusal(400, 'BadRequest'), 99),
      exit: 5,
      says: /answered 400\. Eight Sleep does not understand the question/,
    },
    {
      name: 'a token that is not accepted although it is new',
      make: (service) => service.faults.add({ path: /trends$/ }, refusal(401, 'Unauthorized'), 99),
      exit: 5,
      says: /refused with 401\. The sign-in is not accepted any more/,
    },
    {
      name: 'a person or pod that is gone',
      make: (service) => service.faults.add({ path: /intervals$/ }, refusal(404, 'NotFound'), 99),
      exit: 5,
      says: /GET \/users\/\w+\/intervals answered 404/,
    },
  ],
});

async function subject(options: Partial<EightSleepSandboxOptions> = {}, config: Document = {}) {
  const one = await Subject.start({
    id: 'eightsleep',
    start: ({ now }) => startEightSleep({ now, days: 5, ...options }),
    config,
  });
  onTestFinished(() => one.end());
  return one;
}

const bodies = (service: EightSleepSandbox) =>
  service.requests
    .filter(({ path }) => path.includes('tokens'))
    .map(({ headers, body }) => [headers['content-type'], /refresh_token/.test(body) ? 'renewal' : 'login']);

describe('signing in', () => {
  test('one login serves every run for days and says whose pair it is; in between it is renewed', async () => {
    const one = await subject();
    for (let night = 0; night < 3; night += 1) {
      expect((await one.sync()).code).toBe(0);
      one.time.now += DAY;
    }
    expect(one.service.logins()).toBe(1);
    expect(bodies(one.service).map(([, kind]) => kind)).toEqual(['login', 'renewal', 'renewal']);
    // A renewal does not say whose pair it is: the login did.
    const whose = one.rows('SELECT user_id FROM oauth_tokens WHERE provider = ?', one.id);
    expect(whose).toEqual([{ user_id: one.service.userId }]);
  });

  test('where the endpoint reads forms alone, that is found out once', async () => {
    const one = await subject({ body: 'form' });
    await one.fill();
    one.time.now += DAY;
    expect((await one.sync()).code).toBe(0);
    expect(bodies(one.service)).toEqual([
      [expect.stringMatching(/^application\/json/), 'login'],
      [expect.stringMatching(/form/), 'login'],
      [expect.stringMatching(/form/), 'renewal'],
    ]);
  });

  test('a pair that is worthless is replaced by one login', async () => {
    const one = await subject();
    await one.fill();
    one.service.expireTokens();
    one.service.faults.add(
      { method: 'POST', path: /tokens$/, body: /refresh_token/ },
      refusal(400, 'BadRequest'),
      9,
    );
    one.time.now += HOUR;
    expect((await one.sync()).code).toBe(0);
    expect(one.service.logins()).toBe(2);
  });

  test.each([400, 401] as const)(
    'a password refused with %i is not tried again by the next runs',
    async (status) => {
      const one = await subject({ wrongPassword: status }, { password: 'not the one' });
      const first = await one.sync();
      expect([first.code, first.stderr]).toEqual([3, expect.stringContaining('eightsleep')]);
      const tries = one.service.logins();
      expect(tries).toBeLessThan(3);
      for (const later of [HOUR / 2, 2 * HOUR, DAY]) {
        one.time.now += later;
        expect((await one.sync()).code).toBe(3);
      }
      expect(one.service.logins()).toBe(tries);
    },
  );

  test('too many logins: nobody knocks again within the hour, then one login is enough', async () => {
    const one = await subject();
    one.service.faults.add({ path: /tokens$/ }, refusal(429, 'Too Many Requests'), 9);
    expect((await one.sync()).code).toBe(4);
    expect(one.service.requests).toHaveLength(1);
    one.time.now += HOUR / 2;
    expect((await one.sync()).code).toBe(4);
    expect(one.service.requests).toHaveLength(1);
    one.service.faults.clear();
    one.time.now += 0.6 * HOUR;
    expect((await one.sync()).code).toBe(0);
    expect(one.service.logins()).toBe(1);
  });

  test('password, e-mail and what a refusal echoes are in no output and in no file but the configuration', async () => {
    const canary = 'Kanarienvogel 7319';
    const one = await subject({ email: 'canary.sam@example.org' }, { password: canary });
    const words = [
      ['sync', '--no-push'],
      ['status'],
      ['check-token'],
      ['providers'],
      ['verify'],
      ['config', 'show'],
    ];
    let said = '';
    for (const args of words) {
      for (const more of [['--debug'], ['--json', '--debug']]) {
        const { stdout, stderr } = await one.run([...args, ...more]);
        said += stdout + stderr;
      }
    }
    const echoed = one.service.requests.filter(({ path }) => path.includes('tokens'));
    expect(echoed.some(({ reply }) => reply.includes(canary))).toBe(true);
    const secret = String(one.service.settings.client_secret);
    for (const word of [canary, encodeURIComponent(canary), canary.replace(' ', '+'), secret]) {
      expect(said).not.toContain(word);
      for (const name of readdirSync(one.folder).filter((name) => name !== 'health-sync.toml'))
        expect(readFileSync(join(one.folder, name)).includes(word)).toBe(false);
    }
    expect(said).not.toContain('canary.sam@example.org');
  });
});

test('it is called experimental wherever its name is shown', async () => {
  const one = await subject();
  expect(eightsleep.notice).toMatch(/no public API/);
  expect((await one.run(['providers'])).stdout).toMatch(/^Eight Sleep \(experimental\)/m);
});
