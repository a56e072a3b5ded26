import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { declaredViews, sectionOf } from '../../src/cli/sections.ts';
import type { Clock } from '../../src/core/clock.ts';
import { AuthError, TemporaryError } from '../../src/core/errors.ts';
import type { Incoming, Outgoing } from '../../src/http/exchange.ts';
import { Wire } from '../../src/http/wire.ts';
import { settingsFrom } from '../../src/library/settings.ts';
import { providers } from '../../src/providers/index.ts';
import { openKeeper } from '../../src/source.ts';
import { Store } from '../../src/store/store.ts';
import { Finding, refuseTouchedPrototypes } from './finding.ts';
import { type Answered, type Damage, damaged, damages } from './replies/damage.ts';
import { refuseWords } from './replies/words.ts';
import type { Subject } from './rounds.ts';

const BEGIN = Date.parse('2026-03-12T08:00:00Z');
const HOUR = 3_600_000;
const ACCOUNT = 'default';
const OLD = { access: 'access-0', refresh: 'refresh-0' };
const MOST_SENDS = 2;

/** What the section needs for a sign-in, and the service's good answer. */
interface Service {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly reply: (access: string, refresh: string) => unknown;
}

const APP = { client_id: 'id', client_secret: 'secret' };
const usual = (access_token: string, refresh_token: string) => ({
  token_type: 'bearer',
  access_token,
  expires_in: 86_400,
  refresh_token,
  scope: 'daily',
});

const SERVICES: Readonly<Record<string, Service>> = {
  oura: { settings: APP, reply: usual },
  withings: {
    settings: APP,
    reply: (access, refresh) => ({ status: 0, body: { userid: 7, ...usual(access, refresh) } }),
  },
  strava: {
    settings: APP,
    reply: (access, refresh) => ({ ...usual(access, refresh), expires_at: BEGIN / 1000 + 86_400 }),
  },
  eightsleep: {
    settings: { ...APP, email: 'sam@example.com', password: 'a-password' },
    reply: (access, refresh) => ({ ...usual(access, refresh), userId: 'ab12' }),
  },
  whoop: { settings: APP, reply: usual },
};

/** Answers every form at a token endpoint; one of the answers is damaged on its way. */
class Endpoint extends Wire {
  readonly sent: string[] = [];
  readonly told: Answered[] = [];
  service: Service | undefined;
  /** Counted down with each answer; the one at 0 is damaged. */
  next = 0;
  damage: Damage | undefined;

  begin(service: Service): void {
    this.sent.length = 0;
    this.told.length = 0;
    this.service = service;
  }

  /** What the answers of the next run meet. */
  turn(at: number, damage: Damage | undefined): void {
    this.next = at;
    this.damage = damage;
  }

  override async exchange({ url, body = '', leaving }: Outgoing): Promise<Incoming> {
    leaving?.();
    const fields = body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    this.sent.push(`${fields.refresh_token} to ${url.origin}${url.pathname}`);
    if (this.sent.length > 40) throw new Finding('hangs', 'more than 40 requests');
    const honest = { status: 200, headers: {}, text: JSON.stringify(this.#honest(fields.action)) };
    const reply = this.next === 0 && this.damage !== undefined ? damaged(honest, this.damage) : honest;
    this.next -= 1;
    this.told.push(reply);
    return { ...reply, text: reply.text.toWellFormed() };
  }

  #honest(action: unknown): unknown {
    if (action === 'getnonce') return { status: 0, body: { nonce: 'once' } };
    const number = this.sent.length;
    return this.service?.reply(`access-${number}`, `refresh-${number}`);
  }
}

interface Renewal {
  readonly service: string;
  /** So many runs meet it. */
  readonly runs: number;
  /** Which of a run's answers is hit. */
  readonly at: number;
  readonly damage: Damage;
  /** The new pair is refused right away. */
  readonly isRefused: boolean;
}

const renewalCases: fc.Arbitrary<Renewal> = fc.record({
  service: fc.constantFrom(...Object.keys(SERVICES)),
  runs: fc.integer({ min: 1, max: 3 }),
  at: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
  damage: damages,
  isRefused: fc.boolean(),
});

/**
 * Renewing a pair that has run out, answered with anything: what is stored afterwards can be read, holds a refresh token
 * and nothing that nobody sent; no token is sent more often than it may be; and the next run works or asks for a person.
 */
export async function renewals(): Promise<Subject<Renewal>> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const store = new Store(join(folder, 'health.sqlite'), declaredViews());
  // Nothing here is about power cuts.
  store.db.pragma('synchronous = OFF');
  const wire = new Endpoint({ deadline: 60_000, connections: 1 });
  let now = BEGIN;
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  const keepers = Object.fromEntries(
    providers
      .filter(({ id }) => id in SERVICES)
      .map((provider) => {
        const config = settingsFrom(sectionOf(provider), { ...SERVICES[provider.id]?.settings });
        return [provider.id, () => openKeeper({ provider, config, account: ACCOUNT, store, wire, clock })];
      }),
  );

  async function run(service: string, isRefused: boolean): Promise<unknown> {
    const keeper = keepers[service]?.() as ReturnType<typeof openKeeper>;
    try {
      const headers = await keeper.headers();
      if (isRefused) await keeper.renew(headers);
      else keeper.accepted?.(headers);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  return {
    name: 'renewals',
    cases: renewalCases,
    check: async ({ service, runs, at, damage, isRefused }) => {
      now = BEGIN;
      store.db.exec('DELETE FROM facts; DELETE FROM rate_closed; DELETE FROM oauth_tokens');
      const tokens = store.tokens(service, ACCOUNT);
      tokens.save({
        accessToken: OLD.access,
        refreshToken: OLD.refresh,
        expiresAt: BEGIN - HOUR,
        obtainedAt: BEGIN - 2 * HOUR,
        scope: null,
        userId: null,
        world: null,
      });
      wire.begin(SERVICES[service] as Service);
      const taken = new Set<string>();
      for (let number = 1; number <= runs + 1; number += 1) {
        const isLast = number > runs;
        wire.turn(at, isLast ? undefined : damage);
        const error = await run(service, isRefused && !isLast);
        if (error !== undefined) refuseWords([error]);
        refuseTouchedPrototypes();
        const stored = tokens.read()?.token;
        refuseLoss(stored, wire.told);
        taken.add(stored?.accessToken ?? '');
        if (isLast && error !== undefined && !(error instanceof AuthError || error instanceof TemporaryError))
          throw new Finding('others', 'the run after it neither works nor asks for a person', error);
        now += 30 * HOUR;
      }
      refuseRepeats(wire, taken);
    },
    end: async () => {
      await wire.close();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A6 A7: whatever was answered, there is a refresh token, and both were told by somebody. */
function refuseLoss(
  token: { accessToken: string; refreshToken: string | null } | undefined,
  told: readonly Answered[],
): void {
  if (token === undefined || token.refreshToken === null) throw new Finding('deletions', 'no pair is left');
  const known = new Set([OLD.access, OLD.refresh, ...told.flatMap(({ text }) => textsIn(text))]);
  for (const secret of [token.accessToken, token.refreshToken])
    if (!known.has(secret)) throw new Finding('others', `nobody sent ${JSON.stringify(secret)}`);
}

/** Without recursion: a reply may be nested deeper than the stack. */
function textsIn(text: string): string[] {
  const found: string[] = [];
  const left: unknown[] = [];
  try {
    left.push(JSON.parse(text.toWellFormed()));
  } catch {
    return [];
  }
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) left.push(part);
  }
  return found;
}

/**
 * A2: a token whose successor came and was not understood is sent once more, and then never again. Other answers keep it
 * (there was no successor in them), or say that nothing was done. `taken`: the access tokens that were ever stored.
 */
function refuseRepeats({ sent, told }: Endpoint, taken: ReadonlySet<string>): void {
  const lost = new Map<string, number>();
  for (const [index, what] of sent.entries()) {
    const before = lost.get(what) ?? 0;
    if (what.startsWith('undefined')) continue;
    if (before >= MOST_SENDS) throw new Finding('others', `sent after ${before} lost answers: ${what}`);
    if (isLost(told[index] as Answered, taken)) lost.set(what, before + 1);
  }
}

function isLost({ status, text }: Answered, taken: ReadonlySet<string>): boolean {
  const texts = textsIn(text);
  // Withings says in the body whether it did anything, and lets the old refresh token live on.
  if (/"body"/.test(text) && !/"status":0,/.test(text)) return false;
  return status === 200 && texts.some((one) => /^refresh-/.test(one)) && !texts.some((one) => taken.has(one));
}
