import { type Dice, dice } from './dice.ts';
import type { Chance, Fault } from './faults.ts';
import type { SandboxRequest } from './server.ts';

/** What may befall a request; undefined: nothing that a service would do to it. */
export type Menu = (request: SandboxRequest, roll: Dice) => Fault | undefined;

export interface StormOptions {
  readonly seed: number;
  /** How many of the requests are hit, from 0 to 1. */
  readonly share: number;
  readonly menu: Menu;
}

/**
 * Faults by seed: what befalls the third request of a route is the same whatever came in between, since requests that
 * are under way together arrive in any order.
 */
export function storm({ seed, share, menu }: StormOptions): Chance {
  const seen = new Map<string, number>();
  return (request) => {
    // Ids differ from one start of an imitation to the next.
    const route = `${request.method} ${request.path.replaceAll(/\b[0-9a-f]{24}\b/g, '{id}')}`;
    const count = (seen.get(route) ?? 0) + 1;
    seen.set(route, count);
    const roll = dice(seed, route, count);
    return roll.chance(share) ? menu(request, roll) : undefined;
  };
}
