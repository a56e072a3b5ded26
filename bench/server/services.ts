import { others } from './others.ts';
import type { Service, ServiceOptions } from './service.ts';

export type Start = (options: ServiceOptions) => Promise<Service>;

/** Loaded when asked for: most rows of the benchmark need one or two. */
export const starters: Readonly<Record<string, Start>> = {
  oura: async (options) => (await import('./oura.ts')).ouraService(options),
  ...others,
  clockify: async (options) => (await import('./clockify.ts')).clockifyService(options),
  'clockify-source': async (options) => (await import('./clockify.ts')).clockifySource(options),
};
