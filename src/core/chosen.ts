import { runHint } from '../program.ts';
import { printable } from './config/suggestions.ts';
import { UsageError } from './errors.ts';
import type { AnyProvider, Resource } from './provider.ts';

/**
 * The resources that a plain run reads: those that the section names, or all but the optional ones, and the extras.
 * Names are compared without case. Throws UsageError for a name that the provider does not have.
 */
export function chosenResources(provider: AnyProvider, section: unknown): Resource[] {
  const configured = provider.chosenResources?.(section);
  const extras = provider.extras?.(section) ?? [];
  const known = provider.resources.map(({ name }) => name.toLowerCase());
  for (const [key, names] of [
    ['resources', configured ?? []],
    ['extras', extras],
  ] as const) {
    const mistyped = names.find((name) => !known.includes(name.toLowerCase()));
    if (mistyped !== undefined) {
      throw new UsageError(`[${provider.id}] ${key}: there is no "${printable(mistyped)}"`, {
        hint: runHint('providers'),
      });
    }
  }
  const named = new Set([...(configured ?? []), ...extras].map((name) => name.toLowerCase()));
  return provider.resources.filter(
    ({ name, optional }) => named.has(name.toLowerCase()) || (configured === undefined && optional !== true),
  );
}
