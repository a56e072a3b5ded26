import { clockifyMenu } from '../../src/sandbox/clockify/menu.ts';
import type { Dice } from '../../src/sandbox/dice.ts';
import {
  answer,
  doneThenAnswer,
  type Fault,
  resetAfter,
  resetBefore,
  truncate,
} from '../../src/sandbox/faults.ts';
import { ouraMenu } from '../../src/sandbox/oura/menu.ts';
import { storm } from '../../src/sandbox/storm.ts';
import type { Rotation } from '../../src/sandbox/tokens.ts';
import { drip, html, mistyped, without } from '../../src/sandbox/wires.ts';
import type { Scene } from './checks.ts';

type Faulty = readonly [Fault, ...Fault[]];

/** The refresh token was not used up. */
const UNTOUCHED: Faulty = [
  resetBefore,
  html,
  drip(),
  answer(500),
  answer(503, '', { 'retry-after': '60' }),
  answer(429, '', { 'retry-after': '60' }),
];
/** The new pair arrives, oddly dressed. */
const ODD: Faulty = [
  without('token_type'),
  without('expires_in'),
  mistyped('expires_in', 'soon'),
  mistyped('expires_in', -5),
  mistyped('expires_in', 0),
  mistyped('expires_in', null),
  mistyped('expires_in', 1e12),
];
/** The service has traded the token, and the new pair never arrives. */
const LOST: Faulty = [
  resetAfter,
  truncate,
  doneThenAnswer(500),
  doneThenAnswer(200, '<html>'),
  doneThenAnswer(200, ''),
];
/** Harmless where refresh tokens stay the same. */
const KEPT: Faulty = [
  without('refresh_token'),
  mistyped('refresh_token', ''),
  mistyped('refresh_token', 7),
  mistyped('refresh_token', null),
];

const RENEWALS: Readonly<Record<Rotation, Faulty>> = {
  none: [...UNTOUCHED, ...ODD, ...LOST, ...KEPT],
  grace: [...UNTOUCHED, ...ODD, ...LOST],
  strict: [...UNTOUCHED, ...ODD, ...LOST],
};

/** One thing that goes wrong with the next renewal. */
export function badRenewal({ oura }: Pick<Scene, 'oura'>, rotation: Rotation, roll: Dice): void {
  oura.faults.add({ method: 'POST', path: /oauth-token$/ }, roll.pick(RENEWALS[rotation]));
}

/** So much of what is asked of either service goes wrong, until `clear`. */
export function stormOver(
  { oura, clockify }: Pick<Scene, 'oura' | 'clockify'>,
  seed: number,
  share: number,
): void {
  oura.faults.leaveTo(storm({ seed, share, menu: ouraMenu }));
  clockify.faults.leaveTo(storm({ seed: seed + 1, share, menu: clockifyMenu }));
}

export function calm({ oura, clockify }: Pick<Scene, 'oura' | 'clockify'>): void {
  oura.faults.clear();
  clockify.faults.clear();
}
