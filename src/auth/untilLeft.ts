/**
 * Does work that the signal may stop for as long as nothing has left, which `left` says. Afterwards it goes on to its
 * end: a renewal that is cut off halfway costs the pair.
 */
export async function untilLeft<T>(
  signal: AbortSignal | undefined,
  work: (stop: AbortSignal, left: () => void) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController();
  const stop = () => stopping.abort(signal?.reason);
  const left = () => signal?.removeEventListener('abort', stop);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  try {
    return await work(stopping.signal, left);
  } finally {
    left();
  }
}
