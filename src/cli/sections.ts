import type { Section } from '../core/config.ts';
import { clockifySection } from '../destinations/clockify/config.ts';
import { clockifyViews } from '../destinations/clockify/views.ts';
import { providers } from '../providers/index.ts';
import { resourceView } from '../store/views.ts';

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
export function declaredViews(): { name: string; sql: string }[] {
  const resources = providers.flatMap((provider) =>
    provider.resources.map(({ name, columns }) =>
      resourceView({ provider: provider.id, resource: name, columns }),
    ),
  );
  return [...resources, ...clockifyViews];
}
