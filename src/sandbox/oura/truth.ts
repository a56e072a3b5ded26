import { type Collection, collectionNamed, personalInfo } from './collections.ts';
import { given, type Origin } from './origins.ts';
import { type Document, type Entry, entryOf, inOrder } from './records.ts';

/** What Oura holds about the person, and how to change it. */
export interface OuraTruth {
  /** Oldest first, hidden records included. `personal_info` is a collection of one. */
  list(collection: string): Document[];
  get(collection: string, id: string): Document | undefined;
  /** Adds a record, or replaces the one with the same id. */
  put(collection: string, document: Document): void;
  /** False when there was none. */
  remove(collection: string, id: string): boolean;
  /** Only these from now on; nothing is invented any more. */
  replaceAll(collection: string, documents: readonly Document[]): void;
  /** Other values under the same id, as after a new analysis. False when no document has the id. */
  rescore(id: string, changes: Document): boolean;
  /** Listings leave these out although the truth and the document routes still have them. A function is asked each time. */
  hide(collection: string, which: 'all' | readonly string[] | ((document: Document) => boolean)): void;
  /** Ends `hide`. */
  show(collection: string): void;
}

export interface Listings {
  /** What listings show, oldest first, from and to included (UTC epoch milliseconds; samples only). */
  entries(collection: string, from?: number, to?: number): Iterable<Entry>;
}

export function truthOf(origins: Map<string, Origin>): OuraTruth & Listings {
  const changed = new Map<string, Map<string, Entry | 'removed'>>();
  const hidden = new Map<string, (entry: Entry) => boolean>();

  const known = (name: string): Collection => {
    const collection = name === 'personal_info' ? personalInfo : collectionNamed(name);
    if (collection === undefined) throw new Error(`no collection ${name}`);
    return collection;
  };
  const changesOf = (name: string) => {
    const changes = changed.get(known(name).name) ?? new Map<string, Entry | 'removed'>();
    changed.set(name, changes);
    return changes;
  };

  function* all(name: string, from = -Infinity, to = Infinity): Generator<Entry> {
    const changes = changesOf(name);
    const waiting = [...changes.values()]
      .filter((one) => one !== 'removed')
      .filter((one) => one.position >= from && one.position <= to)
      .sort(inOrder);
    for (const entry of origins.get(name)?.entries(from, to) ?? []) {
      if (changes.has(entry.id)) continue;
      while (waiting[0] !== undefined && inOrder(waiting[0], entry) < 0) yield waiting.shift() as Entry;
      yield entry;
    }
    yield* waiting;
  }

  const get = (name: string, id: string): Entry | undefined => {
    const change = changesOf(name).get(id);
    if (change !== undefined) return change === 'removed' ? undefined : change;
    const at = known(name).cut.by === 'timestamp' ? Number.parseInt(id, 10) : undefined;
    for (const entry of all(name, at, at)) if (entry.id === id) return entry;
    return undefined;
  };

  return {
    list: (name) => Array.from(all(name), (entry) => entry.document),
    get: (name, id) => get(name, id)?.document,
    put(name, document) {
      const entry = entryOf(known(name), document);
      changesOf(name).set(entry.id, entry);
    },
    remove(name, id) {
      if (get(name, id) === undefined) return false;
      changesOf(name).set(id, 'removed');
      return true;
    },
    replaceAll(name, list) {
      const collection = known(name);
      changesOf(name).clear();
      origins.set(name, given(list.map((document) => entryOf(collection, document)).sort(inOrder)));
    },
    rescore(id, changes) {
      for (const [name] of origins) {
        if (known(name).cut.by === 'timestamp') continue;
        const entry = get(name, id);
        if (entry === undefined) continue;
        changesOf(name).set(id, entryOf(known(name), { ...entry.document, ...changes }));
        return true;
      }
      return false;
    },
    hide: (name, which) => {
      hidden.set(known(name).name, hides(which));
    },
    show: (name) => {
      hidden.delete(name);
    },
    *entries(name, from, to) {
      const isHidden = hidden.get(name);
      for (const entry of all(name, from, to)) if (isHidden?.(entry) !== true) yield entry;
    },
  };
}

function hides(which: Parameters<OuraTruth['hide']>[1]): (entry: Entry) => boolean {
  if (which === 'all') return () => true;
  if (typeof which === 'function') return ({ document }) => which(document);
  const ids = new Set(which);
  return ({ id }) => ids.has(id);
}
