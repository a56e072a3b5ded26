import { RefusedError } from '../../http/client.ts';
import type { Span } from '../coverage.ts';
import { afterRun, type Snapshot } from '../cursor.ts';
import { InterruptedError, ProgramError } from '../errors.ts';
import type { Resource } from '../provider.ts';
import type { ResourceResult, SyncRequest } from '../sync.ts';
import { readEach } from './byEach.ts';
import { readChanges } from './bySince.ts';
import { readWindows } from './byWindows.ts';
import { dateLate } from './dated.ts';
import { readListing } from './listing.ts';
import { located, notGranted, outOfReach, refusalOf, rejectedError } from './refusals.ts';
import { Stream } from './stream.ts';
import { rereadUnfinished } from './unfinished.ts';

/** One resource during one run. Throws only InterruptedError, or what is our own fault. */
export async function syncResource(request: SyncRequest, resource: Resource): Promise<ResourceResult> {
  const stream = new Stream(request, resource);
  const { outcome, error } = await ending(stream);
  return conclude(stream, outcome, error);
}

/** What a resource ended with that was not even asked for. */
export function skipResource(request: SyncRequest, resource: Resource, error: ProgramError): ResourceResult {
  const stream = new Stream(request, resource);
  return conclude(stream, error.outcome, error);
}

function conclude(
  stream: Stream,
  outcome: ResourceResult['outcome'],
  error: ProgramError | undefined,
): ResourceResult {
  const { request, resource, counts, spans } = stream;
  request.records.streams.noteOutcome(stream.number, outcome, error?.message, request.clock.now());
  const read =
    spans.length === 0 ? undefined : { from: (spans.at(-1) as Span).from, to: (spans[0] as Span).to };
  const result = { provider: request.provider.id, resource: resource.name, counts, read, outcome, error };
  stream.report(result);
  return result;
}

async function ending(stream: Stream): Promise<Pick<ResourceResult, 'outcome' | 'error'>> {
  const { request, resource, counts } = stream;
  let error: ProgramError | undefined;
  // Rights change seldom, and each asking costs a request.
  if (stream.state.refused === stream.today && !request.full)
    return { outcome: 'NOT GRANTED', error: outOfReach(request.provider, resource) };
  try {
    await read(stream);
    if (counts.rejected > 0) error = rejectedError(stream.source, counts);
  } catch (failure) {
    if (failure instanceof InterruptedError || !(failure instanceof ProgramError)) throw failure;
    const isRefused = failure instanceof RefusedError;
    // A renewal in between may have said what is granted.
    if (isRefused && !stream.isGranted())
      return { outcome: 'NOT GRANTED', error: notGranted(request.provider, resource) };
    if (isRefused && resource.rights !== undefined && failure.status === 403) {
      stream.saveState({ ...stream.state, refused: stream.today });
      return { outcome: 'NOT GRANTED', error: outOfReach(request.provider, resource) };
    }
    error = isRefused ? refusalOf(failure, request, resource) : located(failure, stream.source);
  }
  return { outcome: error?.outcome ?? 'OK', error };
}

async function read(stream: Stream): Promise<void> {
  const { cursor } = stream.resource;
  switch (cursor.kind) {
    case 'windows':
      await readWindows(stream, cursor);
      dateLate(stream);
      return rereadUnfinished(stream);
    case 'since':
      await readChanges(stream, cursor);
      return rereadUnfinished(stream);
    case 'each':
      return readEach(stream, cursor);
    case 'snapshot':
      return readSnapshot(stream, cursor);
  }
}

async function readSnapshot(stream: Stream, cursor: Snapshot): Promise<void> {
  const { state, today, request } = stream;
  if (cursor.daily === true && state.reread.day === today && !request.full) return;
  const ending = () => (cursor.daily === true ? afterRun(state, today) : undefined);
  await readListing(stream, { span: { from: today, to: today }, keep: undefined, complete: 'all', ending });
}
