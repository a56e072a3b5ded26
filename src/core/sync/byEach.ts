import { MissingError } from '../../http/client.ts';
import type { Each } from '../cursor.ts';
import { together } from './byWindows.ts';
import type { Stream } from './stream.ts';

/**
 * One document for each record of the other resource that has none yet or has changed since, newest first. Each is
 * stored as it arrives, so that a closed request window costs nothing that was read. Those of a record that is gone go.
 */
export async function readEach(stream: Stream, { of }: Each): Promise<void> {
  const { records, request } = stream;
  const { provider, account, explicit, clock } = request;
  const parent = records.stream({ provider: provider.id, account, resource: of });
  const orphans = records.find.orphans(stream.number, parent);
  if (orphans.length > 0) records.bury(stream.number, orphans, clock.now());
  stream.counts.deleted += orphans.length;
  const ids = records.find.awaiting(stream.number, parent, explicit);
  await together(ids, provider.concurrency, async (id) => {
    const isThere = await stream.refetch(id).catch((error) => {
      // Somebody in between may answer with a page of HTML: asked again when the record changes.
      if (error instanceof MissingError) return false;
      throw error;
    });
    if (!isThere) records.noteAbsent(stream.number, id, clock.now());
  });
}
