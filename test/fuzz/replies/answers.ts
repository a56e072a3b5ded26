import type { Incoming, Outgoing } from '../../../src/http/exchange.ts';
import { Wire } from '../../../src/http/wire.ts';
import { Finding } from '../finding.ts';
import type { Answered } from './damage.ts';
import { keyOf } from './recording.ts';

/** More requests than this in one case mean that it would never end. */
const MOST = 400;

export interface Script {
  /** What the service would say, by the key of the request. */
  readonly honest: (key: string) => Answered | undefined;
  /** Whether this request meets the damaged reply. */
  readonly isHit: (key: string) => boolean;
  readonly hit: Answered;
  /** To what was never asked of the honest service. */
  readonly otherwise: Answered;
}

/** What was asked in one case, and answered. */
export interface Told {
  readonly key: string;
  readonly reply: Answered;
}

/** A service that gives one bad answer among good ones. */
export class Answers {
  readonly told: Told[] = [];
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  to(key: string): Answered {
    if (this.told.length >= MOST)
      throw new Finding('hangs', `more than ${MOST} requests, the last one ${key}`);
    const { isHit, hit, honest, otherwise } = this.#script;
    const reply = isHit(key) ? hit : (honest(key) ?? otherwise);
    this.told.push({ key, reply });
    return reply;
  }
}

/** Hands the client what a connection would have brought, its text through UTF-8 like there. */
export class AnsweringWire extends Wire {
  answers: Answers | undefined;

  constructor() {
    super({ deadline: 60_000, connections: 1 });
  }

  override async exchange(outgoing: Outgoing): Promise<Incoming> {
    outgoing.leaving?.();
    const { status, headers, text } = (this.answers as Answers).to(keyOf(outgoing));
    this.latestDate = headers.date;
    return { status, headers, text: text.toWellFormed() };
  }
}
