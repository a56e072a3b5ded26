import * as z from 'zod';
import type { ApiKey, OAuth2, PasswordGrant } from '../core/auth.ts';
import * as common from '../core/common.ts';
import * as values from '../core/config/values.ts';
import { each, since, snapshot, windows } from '../core/cursor.ts';
import { addDays, dateAt, daysBetween, startOfDay } from '../core/dates.ts';
import { ContractError } from '../core/errors.ts';
import { date, flag, instant, item, json, nested, number, required, text } from '../core/fields.ts';
import { byNumber, byOffset, byToken, single } from '../core/pages.ts';
import type { Provider, Resource } from '../core/provider.ts';
import { partOf } from '../http/json.ts';

/** Everything a provider is described with: whoever brings one has nothing of ours to import. */
export const toolkit = {
  z,
  /** What stands in the provider's section of the configuration. */
  values,
  /** Fields of an item: its schema and its view's columns from one list. */
  item,
  fields: { number, text, flag, json, instant, date, nested, required },
  /** How a resource is read and what is remembered for it. */
  snapshot,
  since,
  windows,
  each,
  /** How a listing goes on from page to page. */
  byToken,
  byOffset,
  byNumber,
  single,
  /** A part of a received document, with its exact text. */
  partOf,
  /** Local dates `YYYY-MM-DD` and the instants where they begin. */
  dates: { addDays, daysBetween, dateAt, startOfDay },
  /** SQL for columns of the views over all sources. */
  sql: { payload: common.payload, numeric: common.numeric, withOffset: common.withOffset },
  /** For a reply that is not what the service promised: thrown by `pages`, it stops the one resource. */
  ContractError,
  resource: <C, T>(described: Resource<C, T>): Resource<C, T> => described,
  provider: <C>(described: Provider<C>): Provider<C> => described,
  apiKey: (described: Omit<ApiKey, 'kind'>): ApiKey => ({ kind: 'apiKey', ...described }),
  oauth2: (described: Omit<OAuth2, 'kind'>): OAuth2 => ({ kind: 'oauth2', ...described }),
  passwordGrant: (described: Omit<PasswordGrant, 'kind'>): PasswordGrant => ({
    kind: 'password',
    ...described,
  }),
} as const;

export type Toolkit = typeof toolkit;

/** The default export of a plugin. `C`: its own section of the configuration, with `module` and `enabled` in it. */
// biome-ignore lint/suspicious/noExplicitAny: whoever leaves it out describes no configuration.
export type ProviderFactory<C = any> = (toolkit: Toolkit) => Provider<C> | Promise<Provider<C>>;

/** Gives a plugin written in TypeScript its types. */
export function defineProvider<C>(factory: ProviderFactory<C>): ProviderFactory<C> {
  return factory;
}
