import type { Section } from '../core/config.ts';
import { clockifySection } from '../destinations/clockify/config.ts';
import { clockifyViews } from '../destinations/clockify/views.ts';
import { providers } from '../providers/index.ts';
import { resourceViews, sharedViews, type View } from '../store/views.ts';

/** Every section of the configuration besides [app]. */
export function sections(): Section[] {
  const own = providers.map(({ id, config, environment, ignoredEnvironment }) => ({
    id,
    schema: config,
    environment,
    ignoredEnvironment,
  }));
  return [...own, clockifySection as Section];
}

/** Every view of the database besides `records`. */
export function declaredViews(): View[] {
  const all = providers.flatMap(({ id, resources }) => resources.map((one) => ({ provider: id, one })));
  const typed = all.flatMap(({ provider, one: { name, columns, rowsOf, lists } }) =>
    resourceViews({ provider, resource: name, columns, rowsOf, lists }),
  );
  const common = all.flatMap(({ provider, one }) =>
    (one.common ?? []).map((rows) => ({ provider, resource: one.name, rows })),
  );
  return [...typed, ...sharedViews(common), ...clockifyViews];
}
