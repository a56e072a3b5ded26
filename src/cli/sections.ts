import type { Section } from '../core/config.ts';
import type { AnyProvider } from '../core/provider.ts';
import { clockifySection } from '../destinations/clockify/config.ts';
import { clockifyViews } from '../destinations/clockify/views.ts';
import { providers } from '../providers/index.ts';
import { resourceViews, sharedViews, type View } from '../store/views.ts';

/** Every section of the configuration besides [app]; `plugins`: those of providers that a person brought. */
export function sections(plugins: readonly Section[] = []): Section[] {
  return [...new Set([...providers.map(sectionOf), clockifySection as Section]), ...plugins];
}

/** A service that is written to as well has one section for both. */
export function sectionOf(provider: AnyProvider): Section {
  if (provider.config === clockifySection.schema) return clockifySection as Section;
  const { id, config, environment, ignoredEnvironment } = provider;
  return { id, schema: config, environment, ignoredEnvironment };
}

/** Every view of the database besides `records`. */
export function declaredViews(plugins: readonly AnyProvider[] = []): View[] {
  const all = [...providers, ...plugins];
  const common = all.flatMap(({ id, resources }) =>
    resources.flatMap((one) =>
      (one.common ?? []).map((rows) => ({ provider: id, resource: one.name, rows })),
    ),
  );
  return [...all.flatMap(typedViews), ...sharedViews(common), ...clockifyViews];
}

/** The views over a provider's own records. */
export function typedViews({ id, resources }: AnyProvider): View[] {
  return resources.flatMap(({ name, columns, rowsOf, lists }) =>
    resourceViews({ provider: id, resource: name, columns, rowsOf, lists }),
  );
}
