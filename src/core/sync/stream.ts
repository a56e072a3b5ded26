import { MissingError } from '../../http/client.ts';
import type { Counts, Records, Understood } from '../../store/records.ts';
import { noCounts } from '../../store/records.ts';
import type { Span } from '../coverage.ts';
import { asOf, type CursorState } from '../cursor.ts';
import { dateAt, type LocalDate } from '../dates.ts';
import type { Change, RawItem, Read, ReadHttp, Resource } from '../provider.ts';
import type { ResourceResult, SyncRequest } from '../sync.ts';
import { changeOf } from './change.ts';
import { sharedDay } from './dated.ts';
import { Listed } from './listed.ts';
import { refuseOtherPerson } from './person.ts';
import { isGranted, sourceOf } from './refusals.ts';

/** Keeps the longest write short, so that readers and other processes never wait for it. */
const ROWS_PER_TRANSACTION = 2_000;
/** Items on a page. */
const WORTH_COMPILING = 50;

/** One resource of one account during one run: what it asks, what it stores, where it stands. */
export class Stream {
  readonly request: SyncRequest;
  readonly resource: Resource;
  /** Its number in the store. */
  readonly number: number;
  readonly today: LocalDate;
  readonly counts = noCounts();
  state: CursorState;
  /** What this run reads, newest first; for the report. */
  spans: readonly Span[] = [];
  spansDone = 0;
  /** The newest `updatedAt` since it was last set to 0, and what the service's own clock said (UTC epoch milliseconds). */
  newest = 0;
  marked: number | undefined;
  /** How many records the service says there are. */
  expected: number | undefined;

  constructor(request: SyncRequest, resource: Resource) {
    this.request = request;
    this.resource = resource;
    this.number = this.#numberOf(resource.name);
    this.today = dateAt(request.clock.now(), request.zone);
    this.state = asOf(request.records.streams.state(this.number), this.today);
  }

  get records(): Records {
    return this.request.records;
  }

  get source(): string {
    return sourceOf(this.request.provider, this.resource);
  }

  get http(): ReadHttp {
    return this.isGranted() ? this.request.http : this.request.httpWithoutRenewal;
  }

  isGranted(): boolean {
    const granted = this.request.granted();
    const { scope } = this.resource;
    return granted === undefined || scope === undefined || isGranted(scope, granted);
  }

  /** What a resource's `pages` gets. */
  read(span: Span, since?: number): Read<unknown> {
    const { config, zone, clock, records } = this.request;
    return {
      http: this.http,
      config,
      zone,
      span,
      since,
      now: clock.now(),
      stored: (name) => records.find.stored(this.#numberOf(name)),
      mark: (instant) => {
        this.marked = typeof instant === 'number' ? instant : Date.parse(instant);
      },
      total: (count) => {
        this.expected = count;
      },
    };
  }

  #numberOf(resource: string): number {
    const { provider, account, records } = this.request;
    return records.streams.number({ provider: provider.id, account, resource });
  }

  /** What fits its schema and is to be stored; the rest waits in `listed.rejects`. `of`: see `Resource.change`. */
  understand(page: readonly RawItem[], listed: Listed, of = ''): Understood[] {
    const understood: Understood[] = [];
    // zod would compile a checker for each shape first, which pays only from some dozens of items on.
    const checking = { jitless: page.length < WORTH_COMPILING };
    for (const item of page) {
      const parsed = this.resource.schema.safeParse(item.value, checking);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        const reason = `${issue?.path.join('.') || 'item'}: ${issue?.code ?? 'unknown'}`;
        listed.rejects.push({ item, reason });
        continue;
      }
      const meant = changeOf(this.resource, parsed.data, of, item, this.request.zone);
      if ('reason' in meant) {
        listed.rejects.push({ item, reason: meant.reason });
        continue;
      }
      const change = this.#dated(meant, parsed.data);
      const updatedAt = 'remove' in change ? change.updatedAt : change.row.updatedAt;
      if (updatedAt !== undefined) this.newest = Math.max(this.newest, Date.parse(updatedAt) || 0);
      if ('remove' in change || listed.holds(change.row, this.resource.samples === true))
        understood.push({ text: item.text, change });
    }
    refuseOtherPerson(this, understood);
    return understood;
  }

  /** With the day of the record that it shares one with. */
  #dated(change: Change, item: unknown): Change {
    if (this.resource.dayOf === undefined || 'remove' in change || change.row.day !== undefined)
      return change;
    return { ...change, row: { ...change.row, day: sharedDay(this, item) } };
  }

  /** In short transactions; the state comes with the last one. */
  store(items: readonly Understood[], listed: Listed, state?: CursorState, touch?: boolean): void {
    const { clock } = this.request;
    const rejects = listed.rejects.splice(0);
    listed.rejected += rejects.length;
    for (let at = 0; at === 0 || at < items.length; at += ROWS_PER_TRANSACTION) {
      const last = at + ROWS_PER_TRANSACTION >= items.length;
      const stored = this.records.apply(this.number, {
        items: items.slice(at, at + ROWS_PER_TRANSACTION),
        rejects: at === 0 ? rejects : [],
        state: last ? state : undefined,
        now: clock.now(),
        touch,
      });
      for (const key of Object.keys(stored) as (keyof Counts)[]) this.counts[key] += stored[key];
    }
    if (state !== undefined) this.state = state;
    this.report();
  }

  /** Without rows: a run that found nothing new has still read to the end. */
  saveState(state: CursorState): void {
    this.state = state;
    this.records.streams.saveState(this.number, state);
  }

  /** Asks for one record and stores it. `gone`: the service says so (a page of HTML comes from someone in between). */
  async refetch(id: string, http: ReadHttp = this.http): Promise<'stored' | 'rejected' | 'gone'> {
    const { document, optional } = this.resource;
    const path = (document as (id: string) => string)(id);
    let item: RawItem;
    try {
      item = await http.document(path, {}, optional === true ? { optional } : {});
    } catch (error) {
      if (error instanceof MissingError && error.isJson) return 'gone';
      throw error;
    }
    const everywhere = new Listed(undefined, this.request.zone, () => true);
    this.store(this.understand([item], everywhere, id), everywhere, undefined, true);
    return everywhere.rejected > 0 ? 'rejected' : 'stored';
  }

  report(result?: ResourceResult): void {
    this.request.onProgress?.({
      provider: this.request.provider.id,
      resource: this.resource.name,
      counts: this.counts,
      spansDone: this.spansDone,
      // A reading without dates is one listing, whose number is known once it is done.
      spans: Math.max(this.spans.length, this.spansDone),
      ...(result === undefined ? {} : { result }),
    });
  }
}
