export interface Ahead<T> {
  readonly page: T;
  /** It is certain that none follows. */
  readonly isLast: boolean;
}

/**
 * The pages, each while the next one is already on its way: storing and waiting for the service overlap, and a page is
 * held no longer than it takes to store it.
 */
export async function* readAhead<T>(pages: AsyncIterable<T>): AsyncGenerator<Ahead<T>> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    for (let current = await iterator.next(); current.done !== true; ) {
      const following = iterator.next();
      yield { page: current.value, isLast: await endsAtOnce(following) };
      current = await following;
    }
  } finally {
    // Not waited for: it ends only after the page that is on its way, which nobody wants any more.
    void iterator.return?.();
  }
}

/** A paging that is over ends without asking for anything, so before the event loop turns. */
function endsAtOnce(following: Promise<IteratorResult<unknown>>): Promise<boolean> {
  return Promise.race([
    following.then(
      ({ done }) => done === true,
      // What went wrong is told when that page's turn comes.
      () => false,
    ),
    new Promise<false>((resolve) => setImmediate(resolve, false)),
  ]);
}
