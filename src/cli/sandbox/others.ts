import { printable } from '../../core/config/suggestions.ts';
import { UsageError } from '../../core/errors.ts';
import { startEightSleep } from '../../sandbox/eightsleep.ts';
import { startHevy } from '../../sandbox/hevy.ts';
import type { Imitation, ImitationOptions } from '../../sandbox/imitation.ts';
import { startStrava } from '../../sandbox/strava.ts';
import { startWhoop } from '../../sandbox/whoop.ts';
import { startWithings } from '../../sandbox/withings.ts';

export interface Other {
  readonly id: string;
  readonly imitation: Imitation;
}

/** In the order of their ports. */
const STARTERS: Readonly<Record<string, (options: ImitationOptions) => Promise<Imitation>>> = {
  withings: startWithings,
  hevy: startHevy,
  strava: startStrava,
  eightsleep: startEightSleep,
  whoop: startWhoop,
};

/** What `--with` asks for: names, or `all`. Throws UsageError. */
export function othersNamed(text: string | undefined): string[] {
  const known = Object.keys(STARTERS);
  if (text === undefined) return [];
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  if (names.includes('all')) return known;
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return known.filter((name) => names.includes(name));
  throw new UsageError(`--with: there is no "${printable(wrong)}"; there are ${known.join(', ')}, all`);
}

/** `port`: where the first of all of them would listen, wanted or not; 0 takes free ones. */
export async function startOthers(
  names: readonly string[],
  port: number,
  options: ImitationOptions,
  listen: (port: number, open: (port: number) => Promise<Imitation>) => Promise<Imitation>,
): Promise<Other[]> {
  const started: Other[] = [];
  try {
    for (const [index, [id, start]] of Object.entries(STARTERS).entries()) {
      if (!names.includes(id)) continue;
      const own = port === 0 ? 0 : port + index;
      started.push({ id, imitation: await listen(own, (at) => start({ ...options, port: at })) });
    }
    return started;
  } catch (error) {
    await Promise.all(started.map(({ imitation }) => imitation.close()));
    throw error;
  }
}

/** Their sections of a `health-sync.toml`. */
export function otherSections(others: readonly Other[]): string {
  return others
    .map(({ id, imitation }) => {
      const lines = Object.entries(imitation.settings).map(
        ([key, value]) => `${key} = ${JSON.stringify(value)}`,
      );
      return `\n[${id}]\nenabled = true\n${lines.join('\n')}\n`;
    })
    .join('');
}
