import type { Stream } from './stream.ts';

const DAY = 86_400_000;
/** A run is not for catching up on years of them. */
const MOST = 200;

/** Asks for records that were not final when they were last seen and that no listing reaches any more. */
export async function rereadUnfinished(stream: Stream): Promise<void> {
  const { resource, records, request } = stream;
  if (resource.unfinished === undefined || request.explicit !== undefined) return;
  const now = request.clock.now();
  const ids = records.find.unfinished(stream.number, resource.unfinished, now - DAY);
  for (const id of ids.slice(0, MOST)) {
    if ((await stream.refetch(id)) !== 'gone') continue;
    records.bury(stream.number, [id], now);
    stream.counts.deleted += 1;
  }
}
