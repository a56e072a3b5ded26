import { MissingError, RefusedError } from '../../http/client.ts';
import type { Counts, Understood } from '../../store/records.ts';
import { noCounts } from '../../store/records.ts';
import type { Coverage, Span } from '../coverage.ts';
import {
  afterRows,
  afterRun,
  afterSpan,
  asOf,
  type CursorState,
  emptyState,
  spansToRead,
  type Windows,
} from '../cursor.ts';
import { dateAt, type LocalDate } from '../dates.ts';
import { InterruptedError, ProgramError } from '../errors.ts';
import type { ReadHttp, Resource } from '../provider.ts';
import type { ResourceResult, SyncRequest } from '../sync.ts';
import { findVanished } from '../vanished.ts';
import { Listed } from './listed.ts';
import { isGranted, notGranted, refusalOf, rejectedError, sourceOf } from './refusals.ts';
import { wantedOf } from './wanted.ts';

/** Keeps the longest write short, so that readers and other processes never wait for it. */
const ROWS_PER_TRANSACTION = 2_000;

/** One resource during one run. */
export class ResourceSync {
  readonly #request: SyncRequest;
  readonly #resource: Resource;
  readonly #stream: number;
  readonly #counts = noCounts();
  readonly #today: LocalDate;
  #state: CursorState;
  /** What this run alone has covered. */
  #readNow: Coverage = emptyState.covered;
  #spans: readonly Span[] = [];
  #spansDone = 0;

  constructor(request: SyncRequest, resource: Resource) {
    this.#request = request;
    this.#resource = resource;
    this.#stream = request.records.stream({
      provider: request.provider.id,
      account: request.account,
      resource: resource.name,
    });
    this.#today = dateAt(request.clock.now(), request.zone);
    this.#state = asOf(request.records.state(this.#stream), this.#today);
  }

  async run(): Promise<ResourceResult> {
    const { records, clock, provider } = this.#request;
    records.noteAttempt(this.#stream, clock.now());
    const { outcome, error } = await this.#ending();
    records.noteOutcome(this.#stream, outcome, error?.message, clock.now());
    const dates = this.#spans;
    const read =
      dates.length === 0 ? undefined : { from: (dates.at(-1) as Span).from, to: (dates[0] as Span).to };
    const result = {
      provider: provider.id,
      resource: this.#resource.name,
      counts: this.#counts,
      read,
      outcome,
      error,
    };
    this.#report(result);
    return result;
  }

  async #ending(): Promise<Pick<ResourceResult, 'outcome' | 'error'>> {
    let error: ProgramError | undefined;
    try {
      await this.#read();
      if (this.#counts.rejected > 0) error = rejectedError(this.#source(), this.#counts);
    } catch (failure) {
      if (failure instanceof InterruptedError || !(failure instanceof ProgramError)) throw failure;
      const isRefused = failure instanceof RefusedError;
      // A renewal in between may have said what is granted.
      if (isRefused && !this.#isGranted()) return this.#withoutScope();
      error = isRefused ? refusalOf(failure, this.#request.provider, this.#resource) : failure;
    }
    return { outcome: error?.outcome ?? 'OK', error };
  }

  #withoutScope(): Pick<ResourceResult, 'outcome' | 'error'> {
    return { outcome: 'NOT GRANTED', error: notGranted(this.#request.provider, this.#resource) };
  }

  async #read(): Promise<void> {
    const { cursor } = this.#resource;
    if (cursor.kind === 'snapshot') {
      await this.#readSpan(undefined);
      return;
    }
    const wasEmpty = this.#state.hadRows === false && this.#state.covered.length > 0;
    await this.#readWindows(cursor);
    // The first row ever has opened again what was covered before this run.
    if (wasEmpty && this.#state.hadRows === true && this.#request.explicit === undefined)
      await this.#readWindows(cursor);
  }

  async #readWindows(cursor: Windows): Promise<void> {
    this.#spansDone = 0;
    this.#spans = spansToRead(
      cursor,
      this.#state,
      wantedOf(this.#request, this.#resource, cursor, this.#today),
    );
    if (cursor.probe) await this.#readProbing();
    else await this.#readTogether(this.#spans);
    if (this.#request.explicit === undefined) {
      this.#state = afterRun(this.#state, this.#today);
      this.#request.records.saveState(this.#stream, this.#state);
    }
  }

  /** Newest first, one after the other; a slice without a row makes all that is left one slice. */
  async #readProbing(): Promise<void> {
    const queue = [...this.#spans];
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
    const queue = [...spans];
    const worker = async () => {
      for (let span = queue.shift(); span !== undefined; span = queue.shift()) {
        try {
          await this.#readSpan(span);
        } catch (error) {
          queue.length = 0;
          throw error;
        }
      }
    };
    const workers = Array.from({ length: this.#request.provider.concurrency }, worker);
    const settled = await Promise.allSettled(workers);
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /**
   * Reads one span to its end, page by page, then looks for what vanished. The span joins the covered ranges in the
   * transaction of its last page. Answers how many rows belonged to it.
   */
  async #readSpan(span: Span | undefined): Promise<number> {
    const { config, zone, records } = this.#request;
    const listed = new Listed(span, zone, (id) => records.has(this.#stream, id));
    const pages = this.#resource.pages({
      http: this.#http,
      config,
      zone,
      span: span ?? { from: this.#today, to: this.#today },
    });
    let waiting: Understood[] | undefined;
    try {
      for await (const page of pages) {
        if (waiting !== undefined) this.#store(waiting, listed);
        waiting = undefined;
        waiting = this.#understand(page, listed);
      }
    } catch (error) {
      if (waiting !== undefined) this.#store(waiting, listed);
      throw error;
    }
    this.#finish(span, waiting ?? [], listed);
    this.#spansDone += 1;
    await this.#bury(span, listed);
    this.#report();
    return listed.rows;
  }

  /** The state in memory follows the one on disk: another worker's transaction would save it as well. */
  #finish(span: Span | undefined, waiting: readonly Understood[], listed: Listed): void {
    if (span === undefined) {
      this.#store(waiting, listed);
      return;
    }
    const known = afterRows(this.#state, listed.rows, this.#readNow);
    const state = afterSpan(known, span, this.#today);
    this.#store(waiting, listed, state);
    this.#state = state;
    this.#readNow = afterSpan({ ...emptyState, covered: this.#readNow }, span, this.#today).covered;
  }

  #understand(page: readonly { text: string; value: unknown }[], listed: Listed): Understood[] {
    const understood: Understood[] = [];
    for (const item of page) {
      const parsed = this.#resource.schema.safeParse(item.value);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        listed.rejects.push({
          item,
          reason: `${issue?.path.join('.') || 'item'}: ${issue?.code ?? 'unknown'}`,
        });
        continue;
      }
      const change = this.#resource.change(parsed.data);
      if (listed.holds(change.row, this.#resource.samples === true))
        understood.push({ text: item.text, change });
    }
    return understood;
  }

  #store(items: readonly Understood[], listed: Listed, state?: CursorState): void {
    const { records, clock } = this.#request;
    const rejects = listed.rejects.splice(0);
    listed.rejected += rejects.length;
    for (let at = 0; at === 0 || at < items.length; at += ROWS_PER_TRANSACTION) {
      const last = at + ROWS_PER_TRANSACTION >= items.length;
      const stored = records.apply(this.#stream, {
        items: items.slice(at, at + ROWS_PER_TRANSACTION),
        rejects: at === 0 ? rejects : [],
        state: last ? state : undefined,
        now: clock.now(),
      });
      for (const key of Object.keys(stored) as (keyof Counts)[]) this.#counts[key] += stored[key];
    }
    this.#report();
  }

  async #bury(span: Span | undefined, listed: Listed): Promise<void> {
    if (this.#resource.samples === true || listed.rejected > 0 || listed.rows === 0) return;
    const { records, clock, allowDeletes } = this.#request;
    const stored = records.idsIn(this.#stream, span);
    const absent = stored.filter((id) => !listed.ids.has(id));
    if (absent.length === 0) return;
    const source = this.#source();
    const vanished = await findVanished({
      absent,
      storedCount: stored.length,
      allowDeletes,
      source,
      isGone: this.#resource.document === undefined ? undefined : (id) => this.#isGone(this.#http, id),
      missingSince: (id) => records.noteMissing(this.#stream, id, clock.now()),
      now: clock.now(),
    });
    records.bury(this.#stream, vanished, clock.now());
    this.#counts.deleted += vanished.length;
  }

  /** The service's own 404 is the proof (a page of HTML comes from someone in between); a document that is still there is stored anew, since it may have moved to another day. */
  async #isGone(http: ReadHttp, id: string): Promise<boolean> {
    try {
      const item = await http.document((this.#resource.document as (id: string) => string)(id));
      const everywhere = new Listed(undefined, this.#request.zone, () => true);
      this.#store(this.#understand([item], everywhere), everywhere);
      return false;
    } catch (error) {
      if (error instanceof MissingError && error.isJson) return true;
      throw error;
    }
  }

  get #http(): ReadHttp {
    return this.#isGranted() ? this.#request.http : this.#request.httpWithoutRenewal;
  }

  #isGranted(): boolean {
    const granted = this.#request.granted();
    return granted === undefined || isGranted(this.#resource.scope, granted);
  }

  #source(): string {
    return sourceOf(this.#request.provider, this.#resource);
  }

  #report(result?: ResourceResult): void {
    this.#request.onProgress?.({
      provider: this.#request.provider.id,
      resource: this.#resource.name,
      counts: this.#counts,
      spansDone: this.#spansDone,
      spans: this.#spans.length,
      ...(result === undefined ? {} : { result }),
    });
  }
}
