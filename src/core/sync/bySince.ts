import { cover, type Span, upTo } from '../coverage.ts';
import { afterRun, type CursorState, type Since, slicesOf } from '../cursor.ts';
import { addDays, weekOf } from '../dates.ts';
import { readListing } from './listing.ts';
import type { Stream } from './stream.ts';
import { wantedOf } from './wanted.ts';

const OVERLAP_SECONDS = 300;

/** First everything, later what changed after the watermark; by dates where a person named some. */
export async function readChanges(stream: Stream, cursor: Since): Promise<void> {
  const { request, today } = stream;
  const { byDates } = cursor;
  const wanted = wantedOf(stream);
  if (wanted.explicit !== undefined && byDates !== undefined) {
    await readDates(stream, slicesOf(wanted.explicit, byDates.sliceDays));
    return;
  }
  const all: Span = { from: wanted.start < today ? wanted.start : today, to: addDays(today, 1) };
  const { watermark, covered } = stream.state;
  // An earlier start than ever before: what lies there was never listed.
  const reachesBack = !covered.some(({ from }) => from <= all.from) && all.from < today;
  // Every complete reading covers yesterday, whatever it found.
  const lastRead = covered.at(-1)?.to ?? '';
  const isStale = cursor.reachDays !== undefined && lastRead < addDays(today, -cursor.reachDays);
  if (wanted.full || watermark === undefined || reachesBack || isStale) await readWhole(stream, cursor, all);
  else {
    const overlap = request.provider.overlapSeconds?.(request.config) ?? OVERLAP_SECONDS;
    await readSince(stream, all, watermark - overlap * 1000);
    const weekly = stream.state.reread.week !== weekOf(today);
    if (byDates !== undefined && weekly) {
      const from = addDays(today, 1 - byDates.relistDays);
      await readDates(
        stream,
        slicesOf({ from: from > all.from ? from : all.from, to: all.to }, byDates.sliceDays),
      );
    } else if (isMiscounted(stream)) await readWhole(stream, cursor, all);
  }
  stream.saveState(afterRun(stream.state, today));
}

async function readSince(stream: Stream, all: Span, after: number): Promise<void> {
  begin(stream);
  const began = stream.request.clock.now();
  await readListing(stream, {
    span: all,
    since: after,
    keep: all,
    complete: 'nowhere',
    ending: () => advanced(stream, all, began),
  });
}

/** The watermark moves with the last page of the last slice, and not before. */
async function readWhole(stream: Stream, { byDates }: Since, all: Span): Promise<void> {
  begin(stream);
  const began = stream.request.clock.now();
  if (byDates === undefined) {
    await readListing(stream, {
      span: all,
      keep: all,
      complete: 'all',
      ending: ({ leftOut }) => ({ ...advanced(stream, all, began), leftOut: leftOut.size }),
    });
    return;
  }
  const slices = slicesOf(all, byDates.sliceDays);
  stream.spans = slices;
  for (const [index, span] of slices.entries()) {
    const isLast = index === slices.length - 1;
    const ending = () => (isLast ? advanced(stream, all, began) : undefined);
    await readListing(stream, { span, keep: span, complete: span, ending });
  }
}

async function readDates(stream: Stream, slices: readonly Span[]): Promise<void> {
  stream.spans = slices;
  for (const span of slices)
    await readListing(stream, { span, keep: span, complete: span, ending: () => undefined });
}

function begin(stream: Stream): void {
  stream.newest = 0;
  stream.marked = undefined;
  stream.expected = undefined;
}

/** Never beyond the moment the reading began: what changed in the meantime may have been on a page already read. */
function advanced(stream: Stream, all: Span, began: number): CursorState {
  const { state, newest, marked, today } = stream;
  const told = marked ?? (newest > 0 ? newest : undefined);
  const read = upTo(all, addDays(today, -1));
  const covered = read === undefined ? state.covered : cover(state.covered, read);
  if (told === undefined) return { ...state, covered };
  return { ...state, covered, watermark: Math.max(Math.min(told, began), state.watermark ?? 0) };
}

/** Once a day: a service may count what it does not list. */
function isMiscounted(stream: Stream): boolean {
  if (stream.expected === undefined || stream.state.reread.day === stream.today) return false;
  const wanted = stream.expected - (stream.state.leftOut ?? 0);
  return wanted !== stream.records.find.liveRows(stream.number);
}
