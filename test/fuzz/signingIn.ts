import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SignInEvent, signIn } from '../../src/auth/signIn.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { OAuth2 } from '../../src/core/provider.ts';
import type { Incoming, Outgoing } from '../../src/http/exchange.ts';
import { Wire } from '../../src/http/wire.ts';
import { openDatabase } from '../../src/store/database.ts';
import { TokenStore } from '../../src/store/tokens.ts';
import { freePort } from '../support/freePort.ts';
import { Finding } from './finding.ts';

export const CODE = 'the-code-of-this-sign-in';
const DAY = 86_400_000;
const PAIR = JSON.stringify({
  access_token: 'access',
  refresh_token: 'refresh',
  expires_in: 3600,
  user_id: 'me',
});

/** Counts what reaches the token endpoint. */
class Counting extends Wire {
  readonly codes: string[] = [];

  override async exchange({ body, leaving }: Outgoing): Promise<Incoming> {
    leaving?.();
    this.codes.push(new URLSearchParams(body).get('code') ?? '');
    return { status: 200, headers: {}, text: PAIR };
  }
}

/** One sign-in that waits for its answer, with the real listener and a person who pastes. */
export interface SigningIn {
  readonly port: number;
  readonly state: string;
  /** Codes that were exchanged. */
  readonly codes: readonly string[];
  readonly isOver: () => boolean;
  /** Pastes a line; answers why it was refused, undefined when it was not. */
  paste(line: string): Promise<string | undefined>;
  /** Waits for its end. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** `bareCodes`: a verifier ties a code to the sign-in, so that a code without a state is taken at the prompt. */
export async function beginSignIn(bareCodes: boolean): Promise<SigningIn> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const path = join(folder, 'health.sqlite');
  const db = openDatabase(path);
  const wire = new Counting({ deadline: 10_000, connections: 1 });
  const port = await freePort();
  const stop = new AbortController();
  const ready = Promise.withResolvers<string>();
  let line = Promise.withResolvers<string>();
  let refusal = Promise.withResolvers<string | undefined>();
  let state = '';
  let isOver = false;
  const onEvent = (event: SignInEvent) => {
    if (event.kind === 'open') state = event.url.searchParams.get('state') ?? '';
    if (event.kind === 'listening') ready.resolve(state);
    if (event.kind === 'pasted-refused') refusal.resolve(event.reason);
  };
  const ended = signIn({
    providerId: 'somewhere',
    oauth: oauth(port, bareCodes),
    store: new TokenStore(db, 'somewhere', 'default'),
    lockPath: `${path}.lock`,
    wire,
    clock: systemClock,
    timeoutMs: DAY,
    signal: stop.signal,
    readPasted: () => {
      line = Promise.withResolvers();
      return line.promise;
    },
    onEvent,
  })
    .then(
      (result) => result.token.accessToken,
      (error: unknown) => error,
    )
    .finally(() => {
      isOver = true;
      refusal.resolve(undefined);
    });
  await ready.promise;
  // The question comes after the listener has said that it listens.
  await new Promise((resolve) => setImmediate(resolve));
  return {
    port,
    state,
    codes: wire.codes,
    isOver: () => isOver,
    paste: async (text) => {
      refusal = Promise.withResolvers();
      line.resolve(text);
      return refusal.promise;
    },
    ended,
    stop: async () => {
      stop.abort(new Error('stopped'));
      await ended;
      await wire.close();
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function oauth(port: number, bareCodes: boolean): OAuth2 {
  const at = (path: string) => `http://127.0.0.1:9/${path}`;
  return {
    kind: 'oauth2',
    clientId: 'id',
    clientSecret: 'secret',
    redirectUri: `http://localhost:${port}/callback`,
    scopes: ['daily'],
    worlds: [
      {
        id: 'one',
        authorizeUrl: at('authorize'),
        tokenUrl: at('token'),
        revokeUrl: undefined,
        issuer: at('me'),
        scopePrefix: '',
      },
    ],
    seed: { accessToken: undefined, refreshToken: undefined },
    setup: 'none',
    ...(bareCodes ? {} : { dialect: { withoutChallenge: true as const } }),
  };
}

/** A new sign-in after one that ended, so that a finding can be made smaller. */
export class Sitting {
  #now: SigningIn | undefined;
  readonly #bareCodes: boolean;

  constructor(bareCodes: boolean) {
    this.#bareCodes = bareCodes;
  }

  async current(): Promise<SigningIn> {
    if (this.#now?.isOver() === true || (this.#now?.codes.length ?? 0) > 0) {
      await this.#now?.stop();
      this.#now = undefined;
    }
    this.#now ??= await beginSignIn(this.#bareCodes);
    return this.#now;
  }

  refuseExchange({ codes, isOver }: SigningIn, by: string): void {
    if (codes.length > 0) throw new Finding('exchanges', `a code was exchanged: ${JSON.stringify(by)}`);
    if (isOver()) throw new Finding('others', `the sign-in ended: ${JSON.stringify(by)}`);
  }

  /** After all of it the right answer is taken, once. */
  async end(answer: (signingIn: SigningIn) => Promise<void>): Promise<void> {
    const signingIn = await this.current();
    await answer(signingIn);
    const got = await signingIn.ended;
    const { codes } = signingIn;
    await signingIn.stop();
    if (got !== 'access' || codes.length !== 1 || codes[0] !== CODE)
      throw new Finding(
        'others',
        `the right answer was not taken in the end: ${got}, ${codes.length} exchanges`,
      );
  }
}
