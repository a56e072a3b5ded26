import fc from 'fast-check';
import type { AnyProvider, Resource } from '../../../src/core/provider.ts';
import type { ResourceResult } from '../../../src/core/sync.ts';
import { refuseTouchedPrototypes } from '../finding.ts';
import { inTime } from '../hang.ts';
import type { Subject } from '../rounds.ts';
import { refusePoison, viewsOf } from './aftermath.ts';
import { AnsweringWire, Answers } from './answers.ts';
import { type Answered, type Change, type Damage, damaged, damages } from './damage.ts';
import { refuseLosses, rememberStored } from './kept.ts';
import { begin, KNOWN, type Recorded, readWith, type Way, type World, worldOf } from './recording.ts';
import { openSocket, type Socket } from './socket.ts';
import { refuseWords } from './words.ts';

/** One bad reply, or as many as are asked for. */
export interface ReplyCase {
  /** Which resource read in which way, and which of its requests. */
  readonly what: number;
  readonly at: number;
  readonly reach: 'one' | 'all';
  readonly damage: Damage | Change;
  readonly elsewhere: 'the same' | 'unavailable';
  readonly renews: boolean;
  readonly wasMissing: boolean;
  /** 1 in 20: nobody knows yet whose credentials they are. */
  readonly stranger: boolean;
  /** 1 in 40: looks at what comes later. */
  readonly after: boolean;
  /** 1 in 100: through a real connection. */
  readonly socket: boolean;
}

const SEVEN_HOURS = 7 * 3_600_000;

const oneIn = (count: number) =>
  fc.oneof({ weight: count - 1, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });

export const replyCases: fc.Arbitrary<ReplyCase> = fc.record({
  what: fc.nat(65_535),
  at: fc.nat(65_535),
  reach: fc.constantFrom('one', 'one', 'all' as const),
  damage: damages,
  elsewhere: fc.constantFrom('unavailable', 'the same' as const),
  renews: fc.boolean(),
  wasMissing: fc.boolean(),
  stranger: oneIn(20),
  after: oneIn(40),
  socket: oneIn(100),
});

export interface Replies extends Subject<ReplyCase> {
  /** Where a case finds one resource read in one way. */
  place(resource: string, way: Way): Pick<ReplyCase, 'what'>;
}

/** Replies of one provider: through the client, its description and the engine into the database. */
export async function replies(provider: AnyProvider): Promise<Replies> {
  const world = await worldOf(provider);
  rememberStored(world.store.db);
  const views = viewsOf(world);
  const wire = new AnsweringWire();
  const socket = await openSocket();
  return {
    name: provider.id,
    cases: replyCases,
    check: (one) => inTime(() => check(one, { world, views, wire, socket })),
    place: (resource, way) => ({
      what: world.recorded.findIndex((one) => one.resource.name === resource && one.way === way),
    }),
    end: async () => {
      world.end();
      await Promise.all([wire.close(), socket.close()]);
    },
  };
}

interface Bench {
  readonly world: World;
  readonly views: ReturnType<typeof viewsOf>;
  readonly wire: AnsweringWire;
  readonly socket: Socket;
}

async function check(one: ReplyCase, { world, views, wire, socket }: Bench): Promise<void> {
  const recorded = world.recorded[one.what % world.recorded.length] as Recorded;
  const { db } = world.store;
  world.clock.set(recorded.at);
  begin(world, recorded.resource);
  try {
    await read(one, world, recorded, wire, socket);
    if (one.after) await refusePoison(world, recorded, wire, views);
  } finally {
    db.exec('ROLLBACK');
  }
}

async function read(
  one: ReplyCase,
  world: World,
  recorded: Recorded,
  wire: AnsweringWire,
  socket: Socket,
): Promise<void> {
  const { provider, store } = world;
  const { resource, way } = recorded;
  const keys = one.stranger ? recorded.strangerKeys : recorded.keys;
  const target = keys[one.at % keys.length] as string;
  const hit = damaged(recorded.answers.get(target) as Answered, one.damage);
  const honest = (key: string) => recorded.answers.get(key) ?? world.documents.get(key);
  const answers = new Answers({
    honest,
    isHit: (key) => one.reach === 'all' || key === target,
    hit,
    otherwise: one.elsewhere === 'the same' ? hit : { status: 503, headers: {}, text: '' },
  });
  wire.answers = answers;
  const stream = store.records.streams.number({
    provider: provider.id,
    account: 'default',
    resource: resource.name,
  });
  const wasMissing = one.wasMissing && resource.document === undefined;
  if (wasMissing)
    store.db
      .prepare('INSERT OR REPLACE INTO missing SELECT stream, id, ? FROM temp.before WHERE stream = ?')
      .run(recorded.at - SEVEN_HOURS, stream);
  const named = new Set<string>();
  const results = await readWith(world, {
    authorizer: { headers: async () => ({ authorization: 'Bearer x' }), renew: async () => one.renews },
    resources: [noting(resource, named)],
    way,
    credentials: one.stranger ? undefined : KNOWN,
    ...(one.socket
      ? { wire: socket.wire, baseUrl: socket.serve(answers, world, one.at) }
      : { wire, baseUrl: undefined }),
  });
  refuseTouchedPrototypes();
  refuseWords(
    results.flatMap(({ error }) => error ?? []),
    provider.id === 'clockify',
  );
  const [result] = results as [ResourceResult];
  const plain = (reply: Answered) => ({ ...reply, ...provider.plainReply?.(reply) });
  refuseLosses(store.db, { stream, resource, result, told: answers.told, named, wasMissing, plain });
}

/** The same, with a note of every record that a reply was understood to be about. */
function noting(resource: Resource, named: Set<string>): Resource {
  return {
    ...resource,
    change: (...given) => {
      const change = resource.change(...given);
      named.add('remove' in change ? change.remove : change.row.id);
      return change;
    },
  };
}
