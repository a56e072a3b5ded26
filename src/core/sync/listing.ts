import type { Span } from '../coverage.ts';
import type { CursorState } from '../cursor.ts';
import { findVanished } from '../vanished.ts';
import { readAhead } from './ahead.ts';
import { Listed } from './listed.ts';
import type { Stream } from './stream.ts';

export interface Listing {
  /** What the resource is asked for. */
  readonly span: Span;
  /** For `since`: changes after this (UTC epoch milliseconds). */
  readonly since?: number | undefined;
  /** Rows outside are not stored unless they are there already; undefined: every row belongs. */
  readonly keep: Span | undefined;
  /** Where the listing is complete, so that a stored record it lacks may have vanished. */
  readonly complete: Span | 'all' | 'nowhere';
  /** The cursor's state once it has been read to its end, with the last page's transaction. */
  readonly ending: (listed: Listed) => CursorState | undefined;
}

/** Reads one listing to its end, page by page, then looks for what vanished. Answers how many rows belonged to it. */
export async function readListing(stream: Stream, listing: Listing): Promise<number> {
  const { resource, records, request } = stream;
  const listed = new Listed(listing.keep, request.zone, (id) => records.find.has(stream.number, id));
  const pages = resource.pages?.(stream.read(listing.span, listing.since));
  if (pages === undefined) throw new Error(`${stream.source} declares no pages`);
  const isComplete = await readAhead(pages, (page, isLast) => {
    const understood = stream.understand(page, listed);
    stream.store(understood, listed, isLast ? listing.ending(listed) : undefined);
  });
  // A paging may need another look to find that it is over.
  if (!isComplete) stream.store([], listed, listing.ending(listed));
  stream.spansDone += 1;
  await bury(stream, listing.complete, listed);
  stream.report();
  return listed.rows;
}

async function bury(stream: Stream, complete: Listing['complete'], listed: Listed): Promise<void> {
  const { resource, records, request } = stream;
  if (complete === 'nowhere' || resource.samples === true || listed.rejected > 0 || listed.rows === 0) return;
  // Without the whole scope a service may hide records, from the listing and from their own routes.
  if (!stream.isGranted()) return;
  const stored = records.find.idsIn(stream.number, complete === 'all' ? undefined : complete, listed.undated);
  const absent = stored.filter((id) => !listed.ids.has(id));
  if (absent.length === 0) return;
  const { clock, allowDeletes } = request;
  const vanished = await findVanished({
    absent,
    storedCount: stored.length,
    allowDeletes,
    source: stream.source,
    // A document that is still there is stored anew, since it may have moved to another day.
    isGone: resource.document === undefined ? undefined : async (id) => (await stream.refetch(id)) === 'gone',
    missingSince: (id) => records.noteMissing(stream.number, id, clock.now()),
    now: clock.now(),
  });
  records.bury(stream.number, vanished, clock.now());
  stream.counts.deleted += vanished.length;
}
