import type { TokenDescription } from '../auth/description.ts';
import { chosenResources } from '../core/chosen.ts';
import type { Cursor } from '../core/cursor.ts';
import { isGranted } from '../core/sync/refusals.ts';
import type { ClockifyConfig } from '../destinations/clockify/config.ts';
import { SOURCE } from '../destinations/clockify/name.ts';
import type { Context } from './context.ts';
import { type SignedIn, standing, tokenWords } from './signedIn.ts';
import { table } from './table.ts';

/** What is built in, enabled and signed in, and what each provider offers. */
export async function showProviders(context: Context): Promise<void> {
  const config = await context.config();
  const providers = (await standing(context)).map((one) => describe(one, config.section(one.provider.id)));
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
  const { verbose } = context.terminal.manner;
  const lines = providers.filter(({ id }) => id !== SOURCE).map((one) => providerText(one, verbose));
  const read = providers.find(({ id }) => id === SOURCE);
  const state = `${clockify.enabled ? 'enabled' : 'not enabled'}, ${clockify.key ? 'API key configured' : 'no API key'}`;
  lines.push(
    `Clockify (${SOURCE}): ${state}. Sleep is written there.${read === undefined ? '' : readText(read, verbose)}`,
  );
  context.terminal.result(object, lines.join('\n\n'));
}

function describe(one: SignedIn, section: unknown) {
  const { provider, enabled, token } = one;
  const chosen = chosenResources(provider, section).map(({ name }) => name);
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
      scope: scope ?? null,
      read: howRead(cursor),
      chosen: chosen.includes(name),
      /** null: not known before the first sign-in. */
      granted: grantedFor(scope, token),
    })),
  };
}

function grantedFor(scope: string | undefined, { stored, granted }: TokenDescription): boolean | null {
  if (!stored || granted === null) return null;
  return scope === undefined || isGranted(scope, granted);
}

function howRead(cursor: Cursor): string {
  switch (cursor.kind) {
    case 'snapshot':
      return 'whole each time';
    case 'windows':
      return `by date, up to ${cursor.sliceDays} days at once`;
    case 'since':
      return 'what has changed';
    case 'each':
      return `one for each of ${cursor.of}`;
  }
}

type Described = ReturnType<typeof describe>;

/** What a destination is read for. */
function readText(one: Described, verbose: boolean): string {
  if (!one.enabled && !verbose)
    return ` It can be read as well (source_enabled = true): ${one.resources.length} resources, listed with --verbose`;
  return ` ${one.enabled ? 'It is read as well' : 'It can be read as well (source_enabled = true)'}:\n${offered(one)}`;
}

function providerText(one: Described, verbose: boolean): string {
  const { id, title, enabled, usable, signedIn: isSignedIn, words, resources } = one;
  const state = `${title} (${id}): ${enabled ? 'enabled' : 'not enabled'}, ${words}`;
  if (!enabled && !usable && !isSignedIn && !verbose)
    return `${state}; ${resources.length} resources, listed with --verbose`;
  return `${state}\n${offered(one)}`;
}

function offered({ resources }: Described): string {
  const scoped = resources.some(({ scope }) => scope !== null);
  const rows = resources.map(({ name, title: about, scope, read, chosen, granted }) => [
    name,
    about,
    ...(scoped ? [granted === false ? `${scope} (not granted)` : (scope ?? '')] : []),
    chosen ? read : 'left out by the configuration',
  ]);
  return table(['resource', 'what', ...(scoped ? ['scope'] : []), 'read'], rows);
}
