import type { Read } from '../provider.ts';

/** Reads outside of a run: for a look at one page, with nothing stored and nothing remembered. */
export function outsideRun<C>(read: Pick<Read<C>, 'http' | 'config' | 'span' | 'zone' | 'now'>): Read<C> {
  return { ...read, stored: () => [], mark: () => {}, total: () => {} };
}
