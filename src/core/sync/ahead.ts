/**
 * Hands over each page while the next one is already on its way, so that storing and waiting for the service overlap.
 * `isLast`: it is certain that none follows. Nothing here remembers a page beyond its turn (see `turnedBy` in pages.ts).
 * Answers whether the last page was known as such.
 */
export async function readAhead<T>(
  pages: AsyncIterable<T>,
  use: (page: T, isLast: boolean) => void,
): Promise<boolean> {
  const iterator = pages[Symbol.asyncIterator]();
  let wasLast = false;
  const turn = async (
    coming: Promise<IteratorResult<T>>,
  ): Promise<{ following: typeof coming } | undefined> => {
    const { done, value } = await coming;
    if (done === true) return undefined;
    const following = iterator.next();
    wasLast = await endsAtOnce(following);
    use(value, wasLast);
    return { following };
  };
  try {
    let next = await turn(iterator.next());
    while (next !== undefined) next = await turn(next.following);
    return wasLast;
  } catch (error) {
    // Not waited for: it ends only after the page that is on its way, which nobody wants any more.
    void iterator.return?.();
    throw error;
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
