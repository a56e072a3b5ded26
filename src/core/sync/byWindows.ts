import type { Coverage, Span } from '../coverage.ts';
import { afterRows, afterRun, afterSpan, emptyState, spansToRead, type Windows } from '../cursor.ts';
import { readListing } from './listing.ts';
import type { Stream } from './stream.ts';
import { wantedOf } from './wanted.ts';

/** Reads what is wanted and not covered, newest first, and the last days again. */
export async function readWindows(stream: Stream, cursor: Windows): Promise<void> {
  const { state, request } = stream;
  const wasEmpty = state.hadRows === false && state.covered.length > 0;
  const run = new WindowsRun(stream, cursor);
  await run.read();
  // The first row ever has opened again what was covered before this run.
  if (wasEmpty && stream.state.hadRows === true && request.explicit === undefined) await run.read();
}

class WindowsRun {
  readonly #stream: Stream;
  readonly #cursor: Windows;
  /** What this run alone has covered. */
  #readNow: Coverage = emptyState.covered;
  #lacksRows = false;

  constructor(stream: Stream, cursor: Windows) {
    this.#stream = stream;
    this.#cursor = cursor;
  }

  async read(): Promise<void> {
    const stream = this.#stream;
    stream.spansDone = 0;
    stream.spans = spansToRead(this.#cursor, stream.state, wantedOf(stream, this.#cursor.firstOfWeek));
    if (this.#cursor.probe) await this.#readProbing();
    else await this.#readTogether(stream.spans);
    // Neither an answer of nothing where records are stored nor one that was not understood says what has vanished:
    // the next run of the day looks as far back again.
    const isDoubtful = this.#lacksRows || stream.counts.rejected > 0;
    if (stream.request.explicit === undefined && !isDoubtful)
      stream.saveState(afterRun(stream.state, stream.today));
  }

  /** Newest first, one after the other; a slice without a row makes all that is left one slice. */
  async #readProbing(): Promise<void> {
    const queue = [...this.#stream.spans];
    for (let span = queue.shift(); span !== undefined; span = queue.shift()) {
      const rows = await this.#readSpan(span);
      const oldest = queue.at(-1);
      if (rows === 0 && queue.length > 1 && oldest !== undefined) {
        const rest = { from: oldest.from, to: (queue[0] as Span).to };
        queue.splice(0, queue.length, rest);
      }
    }
  }

  async #readTogether(spans: readonly Span[]): Promise<void> {
    await together(spans, this.#stream.request.provider.concurrency, (span) => this.#readSpan(span));
  }

  /** The span joins the covered ranges in the transaction of its last page. */
  async #readSpan(span: Span): Promise<number> {
    const stream = this.#stream;
    const rows = await readListing(stream, {
      span,
      keep: span,
      complete: span,
      // The state in memory follows the one on disk: another worker's transaction would save it as well.
      ending: ({ rows }) => {
        const known = afterRows(stream.state, rows, this.#readNow);
        this.#readNow = afterSpan({ ...emptyState, covered: this.#readNow }, span, stream.today).covered;
        return afterSpan(known, span, stream.today);
      },
    });
    if (rows === 0 && stream.resource.samples !== true)
      this.#lacksRows ||= stream.records.find.idsIn(stream.number, span).length > 0;
    return rows;
  }
}

/** So many at once; the first failure keeps the rest from starting. */
export async function together<T>(
  items: readonly T[],
  workers: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        queue.length = 0;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: workers }, worker));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
