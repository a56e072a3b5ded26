import { MissingError, RefusedError } from '../http/client.ts';
import { runHint } from '../program.ts';
import type { Counts, Records, Understood } from '../store/records.ts';
import { noCounts } from '../store/records.ts';
import type { Clock } from './clock.ts';
import type { Span } from './coverage.ts';
import {
  afterRun,
  afterSpan,
  type CursorState,
  historyStart,
  spansToRead,
  type Wanted,
  type Windows,
} from './cursor.ts';
import { addDays, dateAt, instantOf, type LocalDate, later, startOfDay } from './dates.ts';
import {
  AuthError,
  ContractError,
  InterruptedError,
  type Outcome,
  PartialError,
  ProgramError,
} from './errors.ts';
import type { AnyProvider, ReadHttp, Resource, Row } from './provider.ts';
import { findVanished } from './vanished.ts';

export interface SyncRequest {
  readonly provider: AnyProvider;
  /** The provider's own section. */
  readonly config: unknown;
  readonly account: string;
  readonly records: Records;
  readonly http: ReadHttp;
  readonly clock: Clock;
  /** IANA zone that dates are meant in. */
  readonly zone: string;
  readonly resources: readonly Resource[];
  /** Dates a person named; undefined: gaps and the re-read. */
  readonly explicit?: Span | undefined;
  readonly full: boolean;
  /** At most so many days of history, today included; undefined: from the provider's start date on. */
  readonly historyDays?: number | undefined;
  readonly allowDeletes: boolean;
  /** Scopes as granted, without prefix; undefined when the service did not say. */
  readonly granted: () => readonly string[] | undefined;
  readonly onProgress?: (progress: Progress) => void;
  /** Already aborted or aborted later: everything ends with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Where one resource stands, after each page and at its end. */
export interface Progress {
  readonly provider: string;
  readonly resource: string;
  readonly counts: Counts;
  readonly spansDone: number;
  readonly spans: number;
  readonly result?: ResourceResult;
}

export interface ResourceResult {
  readonly provider: string;
  readonly resource: string;
  readonly counts: Counts;
  /** Local dates that were read; undefined for a resource without dates. */
  readonly read: Span | undefined;
  readonly outcome: 'OK' | 'NOT GRANTED' | Outcome | 'BUG';
  readonly error?: ProgramError | undefined;
}

/**
 * Reads a provider's resources, all at once within its concurrency. One that fails never stops another.
 * Rejects only with InterruptedError, or with what is our own fault.
 */
export async function syncProvider(request: SyncRequest): Promise<ResourceResult[]> {
  const running = new Map<string, Promise<ResourceResult>>();
  const start = (resource: Resource): Promise<ResourceResult> => {
    const known = running.get(resource.name);
    if (known !== undefined) return known;
    const first = request.resources.find(({ name }) => name === resource.startsWith);
    const before = first === undefined ? Promise.resolve() : start(first);
    const result = before.then(() => new ResourceSync(request, resource).run());
    running.set(resource.name, result);
    return result;
  };
  const settled = await Promise.allSettled(request.resources.map(start));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map((result) => (result as PromiseFulfilledResult<ResourceResult>).value);
}

/** Keeps the longest write short, so that readers and other processes never wait for it. */
const ROWS_PER_TRANSACTION = 2_000;

/** One resource during one run. */
class ResourceSync {
  readonly #request: SyncRequest;
  readonly #resource: Resource;
  readonly #stream: number;
  readonly #counts = noCounts();
  readonly #today: LocalDate;
  #state: CursorState;
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
    this.#state = request.records.state(this.#stream);
    this.#today = dateAt(request.clock.now(), request.zone);
  }

  async run(): Promise<ResourceResult> {
    const { records, clock, provider } = this.#request;
    records.noteAttempt(this.#stream, clock.now());
    let outcome: ResourceResult['outcome'] = 'OK';
    let error: ProgramError | undefined;
    try {
      await this.#read();
      if (this.#counts.rejected > 0) error = this.#rejectedError();
    } catch (failure) {
      if (failure instanceof InterruptedError || !(failure instanceof ProgramError)) throw failure;
      error = this.#named(failure);
      if (failure instanceof RefusedError && !this.#isGranted()) outcome = 'NOT GRANTED';
    }
    if (outcome === 'OK' && error !== undefined) outcome = error.outcome;
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

  async #read(): Promise<void> {
    const { cursor } = this.#resource;
    if (cursor.kind === 'snapshot') {
      await this.#readSpan(undefined);
      return;
    }
    this.#spans = spansToRead(cursor, this.#state, this.#wanted(cursor));
    if (cursor.probe) await this.#readProbing();
    else await this.#readTogether(this.#spans);
    if (this.#request.explicit === undefined) {
      this.#state = afterRun(this.#state, this.#today);
      this.#request.records.saveState(this.#stream, this.#state);
    }
  }

  #wanted(cursor: Windows): Wanted {
    const { provider, config, historyDays, explicit, full } = this.#request;
    let start = historyStart(provider.startDate(config), historyDays, this.#today);
    if (this.#resource.startsWith !== undefined) {
      // Nothing to start with yet: look as far back as the week's re-read does.
      start = later(
        start,
        this.#firstDayOf(this.#resource.startsWith) ?? addDays(this.#today, 1 - cursor.firstOfWeek),
      );
    }
    return { today: this.#today, start, overlapDays: provider.overlapDays(config), explicit, full };
  }

  #firstDayOf(resource: string): LocalDate | undefined {
    const { records, provider, account } = this.#request;
    return records.firstDay(records.stream({ provider: provider.id, account, resource }));
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
      for (let span = queue.shift(); span !== undefined; span = queue.shift()) await this.#readSpan(span);
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
    const { http, config, zone, records } = this.#request;
    const listed = new Listed(span, zone, (id) => records.has(this.#stream, id));
    const pages = this.#resource.pages({
      http,
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
    if (span !== undefined) this.#state = afterSpan(this.#state, span, this.#today);
    this.#store(waiting ?? [], listed, this.#state);
    this.#spansDone += 1;
    await this.#bury(span, listed);
    this.#report();
    return listed.rows;
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
    const { records, http, clock, allowDeletes } = this.#request;
    const stored = records.idsIn(this.#stream, span);
    const absent = stored.filter((id) => !listed.ids.has(id));
    if (absent.length === 0) return;
    const source = this.#source();
    const vanished = await findVanished({
      absent,
      storedCount: stored.length,
      allowDeletes,
      source,
      isGone: this.#resource.document === undefined ? undefined : (id) => this.#isGone(http, id),
      missingSince: (id) => records.noteMissing(this.#stream, id, clock.now()),
      now: clock.now(),
    });
    records.bury(this.#stream, vanished, clock.now());
    this.#counts.deleted += vanished.length;
  }

  /** A 404 is the proof; a document that is still there is stored anew, since it may have moved to another day. */
  async #isGone(http: ReadHttp, id: string): Promise<boolean> {
    try {
      const item = await http.document((this.#resource.document as (id: string) => string)(id));
      const everywhere = new Listed(undefined, this.#request.zone, () => true);
      this.#store(this.#understand([item], everywhere), everywhere);
      return false;
    } catch (error) {
      if (error instanceof MissingError) return true;
      throw error;
    }
  }

  #isGranted(): boolean {
    const granted = this.#request.granted();
    return granted === undefined || granted.includes(this.#resource.scope);
  }

  #source(): string {
    return `${this.#request.provider.id}.${this.#resource.name}`;
  }

  /** The error with the resource's name and, for a refusal, what is missing. */
  #named(error: ProgramError): ProgramError {
    if (!(error instanceof RefusedError)) return error;
    const { provider } = this.#request;
    const { scope } = this.#resource;
    const signIn = runHint(`auth ${provider.id}`);
    if (!this.#isGranted()) {
      return new AuthError(`${this.#source()}: the scope "${scope}" was not granted`, {
        source: this.#source(),
        hint: signIn,
      });
    }
    const reason =
      error.status === 403
        ? (provider.forbidden ?? 'The service refuses it.')
        : 'The service wants a new sign-in, or the scope was taken away.';
    return new AuthError(`${this.#source()}: refused with ${error.status} (scope "${scope}"). ${reason}`, {
      source: this.#source(),
      hint: signIn,
      cause: error,
    });
  }

  /** Beside items that were understood only a part failed; when none was, the service has changed. */
  #rejectedError(): ProgramError {
    const { created, updated, unchanged, rejected } = this.#counts;
    const source = this.#source();
    const error = new ContractError(
      `${source}: ${rejected} items did not have the expected shape and were set aside`,
      { source, hint: 'They are kept in the table "rejects"; look for a newer version.' },
    );
    if (created + updated + unchanged === 0) return error;
    return new PartialError(error.message, [error], { source, hint: error.hint });
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

/** What one listing has shown so far. */
class Listed {
  /** Every id the service named, padding included: none of them has vanished. */
  readonly ids = new Set<string>();
  readonly rejects: { item: { text: string; value: unknown }; reason: string }[] = [];
  /** Rows that belong to the span. */
  rows = 0;
  rejected = 0;
  readonly #span: Span | undefined;
  readonly #from: number;
  readonly #until: number;
  readonly #isStored: (id: string) => boolean;

  constructor(span: Span | undefined, zone: string, isStored: (id: string) => boolean) {
    this.#span = span;
    this.#from = span === undefined ? 0 : startOfDay(span.from, zone);
    this.#until = span === undefined ? 0 : startOfDay(addDays(span.to, 1), zone);
    this.#isStored = isStored;
  }

  /** Whether the row is to be stored: it belongs to the span, or is stored already and may have moved out of it. */
  holds(row: Row, isSample: boolean): boolean {
    if (!isSample) this.ids.add(row.id);
    if (this.#belongs(row)) {
      this.rows += 1;
      return true;
    }
    return !isSample && this.#isStored(row.id);
  }

  #belongs(row: Row): boolean {
    if (this.#span === undefined) return true;
    if (row.day !== undefined) return row.day >= this.#span.from && row.day <= this.#span.to;
    if (row.startedAt === undefined) return true;
    const instant = instantOf(row.startedAt);
    return instant >= this.#from && instant < this.#until;
  }
}
