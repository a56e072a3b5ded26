import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { leapingClock } from '../../src/core/clock.ts';
import { openStore, providers, push, sync } from '../../src/index.ts';

/** Somebody's configuration and database, and when it is (UTC epoch milliseconds). */
export interface Place {
  readonly configFile: string;
  readonly database: string;
  readonly time: { readonly now: number };
}

export interface SyncHereOptions {
  /** Default true, where Clockify is configured. */
  readonly push?: boolean;
  readonly resources?: readonly string[] | undefined;
}

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * What `sync` does, in this process by way of the library, for a tenth of the CPU: for what has to be there before a test
 * begins, and where nobody is to be killed. Answers what was wrong, the run's own verdict first; empty when all is well.
 */
export async function syncHere(
  { configFile, database, time }: Place,
  { push: pushes = true, resources }: SyncHereOptions = {},
): Promise<Error[]> {
  const sections = parse(readFileSync(configFile, 'utf8')) as Sections;
  const zone = String(sections.app?.timezone);
  const errors: (Error | undefined)[] = [];
  const store = openStore({ path: database });
  const common = { store, clock: leapingClock(time.now) };
  try {
    for (const { id, switchKey = 'enabled' } of providers) {
      const config = sections[id];
      if (config?.[switchKey] !== true) continue;
      const synced = await sync({ ...common, provider: id, config, zone, resources });
      errors.push(
        ...synced.resources.filter(({ outcome }) => outcome === 'BUG').map(({ resource }) => bug(resource)),
      );
      errors.push(synced.error, ...synced.resources.map(({ error }) => error));
    }
    if (pushes && sections.clockify?.api_key !== undefined)
      errors.push((await push({ ...common, config: sections.clockify })).error);
  } catch (error) {
    errors.push(error as Error);
  } finally {
    store.close();
  }
  return errors.filter((error) => error !== undefined);
}

const bug = (resource: string) => new Error(`${resource} ended with a fault of the program`);

/** The same where all goes well. */
export async function fill(place: Place, options?: SyncHereOptions): Promise<void> {
  const [first] = await syncHere(place, options);
  if (first !== undefined) throw first;
}
