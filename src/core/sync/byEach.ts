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
  const parent = records.streams.number({ provider: provider.id, account, resource: of });
  const orphans = records.find.orphans(stream.number, parent);
  if (orphans.length > 0) records.bury(stream.number, orphans, clock.now());
  stream.counts.deleted += orphans.length;
  const ids = records.find.awaiting(stream.number, parent, { span: explicit, again: request.full });
  await together(ids, provider.concurrency, async (id) => {
    // What is not there, or was not understood, is asked for again when the record changes, or by a full run.
    if ((await stream.refetch(id)) !== 'stored') records.noteAbsent(stream.number, id, clock.now());
  });
}
