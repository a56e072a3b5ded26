import type { Span } from '../coverage.ts';
import { addDays, instantOf, startOfDay } from '../dates.ts';
import type { Row } from '../provider.ts';

/** What one listing has shown so far. */
export class Listed {
  /** Every id the service named, padding included: none of them has vanished. */
  readonly ids = new Set<string>();
  readonly rejects: { item: { text: string; value: unknown }; reason: string }[] = [];
  /** Rows that belong to the span. */
  rows = 0;
  /** Ids of rows that do not and were not stored. */
  readonly leftOut = new Set<string>();
  rejected = 0;
  readonly #span: Span | undefined;
  readonly #from: number;
  readonly #until: number;
  readonly #isStored: (id: string) => boolean;
  #undated = false;

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
    const moves = !isSample && this.#isStored(row.id);
    if (!moves && !isSample) this.leftOut.add(row.id);
    return moves;
  }

  /** From when until when rows without a date belong to the span (UTC epoch milliseconds); undefined: all have dates. */
  get undated(): { readonly from: number; readonly until: number } | undefined {
    return this.#undated ? { from: this.#from, until: this.#until } : undefined;
  }

  #belongs(row: Row): boolean {
    if (row.day === undefined) this.#undated = true;
    if (this.#span === undefined) return true;
    if (row.day !== undefined) return row.day >= this.#span.from && row.day <= this.#span.to;
    if (row.startedAt === undefined) return true;
    const instant = instantOf(row.startedAt);
    return instant >= this.#from && instant < this.#until;
  }
}
