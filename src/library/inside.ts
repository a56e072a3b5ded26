import { UsageError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';
import type { Store } from '../store/store.ts';
import type { Reader } from './reader.ts';
import type { HealthStore } from './store.ts';

/** What an open store consists of. Kept apart from it, so that the types we publish do not lead to all of ours. */
export interface Inside {
  readonly store: Store;
  /** For statements of the caller's own. */
  readonly reader: Reader;
  /** The built-in ones and those it was opened with. */
  readonly providers: readonly AnyProvider[];
}

const opened = new WeakMap<HealthStore, Inside>();

export function keepInside(health: HealthStore, inside: Inside): void {
  opened.set(health, inside);
}

/** Throws UsageError for a store that is closed, or is none. */
export function insideOf(health: HealthStore): Inside {
  const inside = opened.get(health);
  if (inside === undefined)
    throw new UsageError('store must be one that openStore returned and that is open');
  return inside;
}

export function takeInside(health: HealthStore): Inside | undefined {
  const inside = opened.get(health);
  opened.delete(health);
  return inside;
}
