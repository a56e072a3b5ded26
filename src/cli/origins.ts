import type { Config, Entry } from '../core/config.ts';

/** Where one setting came from, in words. */
export function placeOf({ origin }: Entry): string {
  if (origin.kind === 'file') return 'the file';
  if (origin.kind === 'default') return 'default';
  return origin.kind === 'flag' ? String(origin.name) : `${origin.name} (${origin.kind})`;
}

/** Where each setting came from that is not a default, by name and never by value. */
export function originsOf(config: Config): string {
  const places = new Map<string, string[]>();
  for (const entry of config.entries()) {
    if (entry.origin.kind === 'default') continue;
    const place = placeOf(entry);
    places.set(place, [...(places.get(place) ?? []), `${entry.table}.${entry.key}`]);
  }
  const set = [...places].map(([place, keys]) => `${keys.join(', ')} from ${place}`);
  return set.length === 0 ? 'every setting is a default' : `${set.join('; ')}; the rest are defaults`;
}
