import { type Document, type Truth, truthOf } from '../truth.ts';

/** Something that happens to one record at a time (UTC epoch milliseconds): it appears, ends, is scored. */
export interface Step {
  readonly at: number;
  readonly collection: string;
  readonly id: string;
  readonly changes: Document;
}

/** These carry created_at and updated_at. */
export const timed: readonly string[] = ['cycle', 'recovery', 'sleep', 'workout'];

const keys: Readonly<Record<string, string>> = { profile: 'user_id', recovery: 'cycle_id' };

/** In this order on the wire; anything else comes after. */
const ORDER = [
  ...['id', 'cycle_id', 'sleep_id', 'v1_id', 'user_id', 'created_at', 'updated_at', 'start', 'end'],
  ...['timezone_offset', 'nap', 'sport_name', 'score_state', 'score', 'sport_id'],
];

export interface WhoopTruthParts {
  readonly userId: number | string;
  readonly profile: Document;
  readonly body: Document;
  /** What has happened, and what will happen when the clock gets there. */
  readonly steps: readonly Step[];
  readonly now: () => number;
}

/** Replies and truth say the same at any time: whoever looks first lets happen what is due. */
export function whoopTruth({ userId, profile, body, steps, now }: WhoopTruthParts): Truth {
  const withheld = new Map<string, unknown>();
  const base = truthOf(
    {
      profile: [[String(userId), profile]],
      body_measurement: [['body', body]],
      ...Object.fromEntries(timed.map((name) => [name, []])),
    },
    { stored: (collection, id, document) => asKept(withheld, `${collection}/${id}`, document) },
  );
  let waiting = [...steps].sort((a, b) => a.at - b.at);
  const forget = (gone: (step: Step) => boolean) => {
    waiting = waiting.filter((step) => !gone(step));
  };
  const settle = () => {
    const due = waiting.findIndex(({ at }) => at > now());
    const happening = waiting.splice(0, due < 0 ? waiting.length : due);
    for (const { at, collection, id, changes } of happening) {
      const stamp = new Date(at).toISOString();
      const found = base.get(collection, id) ?? { created_at: stamp };
      base.put(collection, id, { ...found, updated_at: stamp, ...changes });
    }
    return base;
  };
  const stamps = (collection: string): Document =>
    timed.includes(collection) ? { updated_at: new Date(now()).toISOString() } : {};

  return {
    collections: base.collections,
    list: (name) => settle().list(name),
    entries: (name) => settle().entries(name),
    get: (name, id) => settle().get(name, id),
    put(name, id, document) {
      const found = settle().get(name, id);
      forget((step) => step.collection === name && step.id === id);
      const stamp = stamps(name);
      const created = timed.includes(name) ? { created_at: found?.created_at ?? stamp.updated_at } : {};
      base.put(name, id, { ...ownKeys(name, id, userId), ...created, ...stamp, ...document });
    },
    patch(name, id, changes) {
      settle();
      // What was going to happen to the same fields does not any more.
      forget((step) => step.collection === name && step.id === id && share(step.changes, changes));
      return base.patch(name, id, { ...stamps(name), ...changes });
    },
    remove(name, id) {
      settle();
      forget((step) => step.collection === name && step.id === id);
      return base.remove(name, id);
    },
    replaceAll(name, documents) {
      settle();
      forget((step) => step.collection === name);
      base.replaceAll(
        name,
        Array.from(documents, ([id, document]) => [id, asKept(withheld, `${name}/${id}`, document)] as const),
      );
    },
  };
}

function share(a: Document, b: Document): boolean {
  return Object.keys(a).some((key) => key in b);
}

function ownKeys(collection: string, id: string, userId: number | string): Document {
  if (collection === 'body_measurement') return {};
  const numeric = /^\d+$/.test(id) && Number.isSafeInteger(Number(id));
  return { user_id: userId, [keys[collection] ?? 'id']: numeric ? Number(id) : id };
}

/** Without a score while it is not SCORED; the score comes back with the state. */
function asKept(withheld: Map<string, unknown>, key: string, document: Document): Document {
  const kept = { ...document };
  const state = kept.score_state;
  if (state === 'SCORED' && kept.score === undefined && withheld.has(key)) kept.score = withheld.get(key);
  if (state !== undefined && state !== 'SCORED') {
    if (kept.score !== undefined) withheld.set(key, kept.score);
    delete kept.score;
  }
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => place(a) - place(b)));
}
