export type Document = Record<string, unknown>;

/**
 * What a service holds about the person, by collection (named like the program's resource) and id; kept in the order
 * in which it was put there. Tests and the control routes change it, the imitation answers from it.
 */
export interface Truth {
  list(collection: string): Document[];
  /** With their ids, for collections whose documents do not carry one. */
  entries(collection: string): [id: string, document: Document][];
  get(collection: string, id: string): Document | undefined;
  /** Adds a document, or replaces the one with the same id. */
  put(collection: string, id: string, document: Document): void;
  /** Other values for some fields. False when there is no such document. */
  patch(collection: string, id: string, changes: Document): boolean;
  /** False when there was none. */
  remove(collection: string, id: string): boolean;
  /** Only these from now on. */
  replaceAll(collection: string, documents: Iterable<readonly [id: string, document: Document]>): void;
  readonly collections: readonly string[];
}

/** What a service does with a change the moment it is made: stamps `updated_at`, writes an event. */
export interface TruthEvents {
  /** Answers the document as it is kept. */
  readonly stored?: (collection: string, id: string, document: Document) => Document;
  readonly removed?: (collection: string, id: string, document: Document) => void;
}

export function truthOf(
  invented: Readonly<Record<string, Iterable<readonly [id: string, document: Document]>>>,
  events: TruthEvents = {},
): Truth {
  const all = new Map(Object.entries(invented).map(([name, documents]) => [name, new Map(documents)]));
  const of = (name: string) => {
    const found = all.get(name);
    if (found === undefined)
      throw new Error(`no collection ${name}; there are ${[...all.keys()].join(', ')}`);
    return found;
  };
  const put = (name: string, id: string, document: Document) => {
    of(name).set(id, events.stored?.(name, id, document) ?? document);
  };
  return {
    collections: [...all.keys()],
    list: (name) => [...of(name).values()],
    entries: (name) => [...of(name)],
    get: (name, id) => of(name).get(id),
    put,
    patch(name, id, changes) {
      const found = of(name).get(id);
      if (found === undefined) return false;
      put(name, id, { ...found, ...changes });
      return true;
    },
    remove(name, id) {
      const found = of(name).get(id);
      if (found === undefined) return false;
      of(name).delete(id);
      events.removed?.(name, id, found);
      return true;
    },
    replaceAll(name, documents) {
      of(name).clear();
      for (const [id, document] of documents) of(name).set(id, document);
    },
  };
}
