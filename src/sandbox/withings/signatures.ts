import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { invalid } from './envelope.ts';
import { type Form, needed } from './form.ts';

/** How far the clock of a client may be off when it asks for a nonce. */
const CLOCK_SECONDS = 300;
const NONCE_LIFE = 30 * 60_000;

/** No other field is part of the signed message. */
const SIGNED = ['action', 'client_id', 'nonce', 'timestamp'];

export interface Signatures {
  /** Answers a fresh nonce for a well signed request. */
  newNonce(form: Form, at: number): string;
  /** Throws unless nonce and signature are good; the nonce is spent either way. */
  check(form: Form, at: number): void;
}

export function signatures(app: { clientId: string; clientSecret: string }): Signatures {
  /** UTC epoch milliseconds at which a nonce dies. */
  const nonces = new Map<string, number>();

  const verify = (form: Form) => {
    const message = SIGNED.filter((name) => form.has(name)).map((name) => form.get(name));
    const expected = createHmac('sha256', app.clientSecret).update(message.join(',')).digest('hex');
    const given = Buffer.from(needed(form, 'signature'));
    const same = given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
    if (!same) throw invalid('invalid signature');
  };

  return {
    newNonce(form, at) {
      if (form.get('client_id') !== app.clientId) throw invalid('invalid client_id');
      const timestamp = needed(form, 'timestamp');
      const away = Math.abs(Number(timestamp) - at / 1000);
      if (!/^\d{1,12}$/.test(timestamp) || away > CLOCK_SECONDS) throw invalid('invalid timestamp');
      verify(form);
      const nonce = randomBytes(20).toString('hex');
      nonces.set(nonce, at + NONCE_LIFE);
      return nonce;
    },
    check(form, at) {
      const nonce = needed(form, 'nonce');
      const diesAt = nonces.get(nonce);
      nonces.delete(nonce);
      if (diesAt === undefined || diesAt <= at) throw invalid('invalid nonce');
      verify(form);
    },
  };
}
