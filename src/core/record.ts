import type { LocalDate } from './dates.ts';

/** One item as received: its exact text (numbers beyond 2^53 survive there) and the value parsed from it. */
export interface RawItem {
  readonly text: string;
  readonly value: unknown;
}

/** What an item means: a record to keep, or the news that one is gone. */
export type Change = Put | Removal;

export interface Put {
  readonly row: Row;
  readonly session?: Session | undefined;
}

export interface Removal {
  /** Id of the record that the service says it deleted: proof enough for a tombstone. */
  readonly remove: string;
  /** When it was deleted, where the service says so. */
  readonly updatedAt?: string | undefined;
}

/** Identity and time of a record. Instants are ISO 8601 with the offset as received. */
export interface Row {
  readonly id: string;
  /** The local calendar date the record counts for, where the service names one. */
  readonly day?: LocalDate | undefined;
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  /** When the service last changed it, where the service says so. */
  readonly updatedAt?: string | undefined;
}

/** Something with a start and an end that a destination can show. */
export interface Session {
  /** Ours: `sleep`, `workout`, `meditation`, … */
  readonly kind: string;
  /** The service's own word, e.g. `long_sleep`; null when it gave none. */
  readonly type: string | null;
  readonly day: LocalDate;
  /** ISO 8601 with offset. */
  readonly start: string;
  readonly end: string;
  /** Seconds asleep, which is less than end - start; null when the service did not say. */
  readonly asleepSeconds: number | null;
  /** Percent of the time in bed. */
  readonly efficiency: number | null;
  /** The name the person or the service gave it, e.g. `Morning Ride`. */
  readonly title?: string | null | undefined;
}
