import { declaredViews } from '../../../src/cli/sections.ts';
import { readStatus } from '../../../src/store/status.ts';
import { Finding } from '../finding.ts';
import { type AnsweringWire, Answers } from './answers.ts';
import { newOffice, pushWith } from './office.ts';
import { KNOWN, type Recorded, readWith, type World } from './recording.ts';
import { refuseWords } from './words.ts';

const NOTHING = { status: 503, headers: {}, text: '' };
const SHARED = ['sleep_sessions', 'workouts', 'weights', 'daily_summary'];

/** Everything that a person may query of one provider, ready to be asked. */
export function viewsOf({ provider, store }: World): Map<string, { all(): unknown[] }> {
  const names = declaredViews().map(({ name }) => name);
  const own = names.filter((name) => name.startsWith(`${provider.id}_`) || SHARED.includes(name));
  return new Map(own.map((name) => [name, store.db.prepare(`SELECT * FROM "${name}"`)]));
}

/**
 * What a reply left behind must not stop what comes later: the views, the status, the push, and the next run with a
 * service that is well again.
 */
export async function refusePoison(
  world: World,
  recorded: Recorded,
  wire: AnsweringWire,
  views: ReturnType<typeof viewsOf>,
): Promise<void> {
  const { store, clock } = world;
  for (const [name, view] of views) attempt(`SELECT from ${name}`, () => view.all());
  attempt('the status', () => readStatus(store.db, 'default'));
  const office = newOffice(clock.now);
  wire.answers = new Answers({ honest: office.answer, isHit: () => false, hit: NOTHING, otherwise: NOTHING });
  refuseWords(await pushWith({ store, wire, clock }));
  clock.set(Math.max(clock.now(), recorded.at));
  store.db.exec('DELETE FROM rate_spent; DELETE FROM rate_closed');
  wire.answers = new Answers({
    honest: (key) => recorded.answers.get(key) ?? world.documents.get(key),
    isHit: () => false,
    hit: NOTHING,
    otherwise: NOTHING,
  });
  const authorizer = { headers: async () => ({}), renew: async () => false };
  const { resource, way } = recorded;
  const results = await readWith(world, { authorizer, wire, resources: [resource], way, credentials: KNOWN });
  refuseWords(results.flatMap(({ error }) => error ?? []));
}

function attempt(what: string, act: () => unknown): void {
  try {
    act();
  } catch (error) {
    throw new Finding(
      'crashes',
      `afterwards ${what} fails: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
}
