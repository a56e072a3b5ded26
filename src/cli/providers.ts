import type { Cursor } from '../core/cursor.ts';
import { SOURCE } from '../destinations/clockify/api.ts';
import type { ClockifyConfig } from '../destinations/clockify/config.ts';
import type { Context } from './context.ts';
import { type SignedIn, signedIn, tokenWords } from './signedIn.ts';
import { table } from './table.ts';

/** What is built in, enabled and signed in, and what each provider offers. */
export async function showProviders(context: Context): Promise<void> {
  const config = await context.config();
  const providers = (await signedIn(context)).map((one) => describe(one, config.section(one.provider.id)));
  const own = config.section<ClockifyConfig>(SOURCE);
  const clockify = {
    id: SOURCE,
    title: 'Clockify',
    enabled: own.enabled === true,
    key: own.api_key !== undefined,
  };
  const object = {
    providers: providers.map(({ words: _, ...one }) => one),
    destinations: [clockify],
  };
  const lines = providers.map(providerText);
  const state = `${clockify.enabled ? 'enabled' : 'not enabled'}, ${clockify.key ? 'API key configured' : 'no API key'}`;
  lines.push(`Clockify (${SOURCE}): ${state}. Sleep is written there.`);
  context.terminal.result(object, lines.join('\n\n'));
}

function describe(one: SignedIn, section: unknown) {
  const { provider, enabled, token } = one;
  const chosen = provider.chosenResources?.(section)?.map((name) => name.toLowerCase());
  return {
    id: provider.id,
    title: provider.title,
    enabled,
    signedIn: token.stored,
    usable: one.usable,
    words: tokenWords(one),
    resources: provider.resources.map(({ name, title, scope, cursor }) => ({
      name,
      title,
      scope,
      read: howRead(cursor),
      chosen: chosen === undefined || chosen.includes(name.toLowerCase()),
      /** null: not known before the first sign-in. */
      granted: token.stored && token.granted !== null ? token.granted.includes(scope) : null,
    })),
  };
}

function howRead(cursor: Cursor): string {
  if (cursor.kind === 'snapshot') return 'whole each time';
  return `by date, up to ${cursor.sliceDays} days at once`;
}

function providerText({ id, title, enabled, words, resources }: ReturnType<typeof describe>): string {
  const rows = resources.map(({ name, title: about, scope, read, chosen, granted }) => [
    name,
    about,
    granted === false ? `${scope} (not granted)` : scope,
    chosen ? read : 'left out by the configuration',
  ]);
  const state = `${title} (${id}): ${enabled ? 'enabled' : 'not enabled'}, ${words}`;
  return `${state}\n${table(['resource', 'what', 'scope', 'read'], rows)}`;
}
