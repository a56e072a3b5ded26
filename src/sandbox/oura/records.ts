import type { Collection } from './collections.ts';
import type { Life } from './life.ts';

export type Document = Record<string, unknown>;

/** A record and when the cloud has it (UTC epoch milliseconds). */
export interface Dated {
  readonly document: Document;
  readonly known: number;
}

/** The documents of one collection that count for a day, as the cloud has them at `asOf`. */
export type DayOfDocuments = (life: Life, day: string, asOf: number) => Dated[];

/** A record as listings order it. */
export interface Entry {
  readonly id: string;
  /** UTC epoch milliseconds, for the order alone. */
  readonly position: number;
  readonly document: Document;
}

/** A sample has no id of its own: its second and its source. A document without an id goes by its day. */
export function idOf(collection: Collection, document: Document): string {
  if (collection.cut.by === 'timestamp') return `${sampleTime(document)}|${document.source ?? ''}`;
  return String(document.id ?? document[collection.cut.by === 'day' ? collection.cut.field : 'day']);
}

export function sampleTime(document: Document): number {
  return Number(document.timestamp_unix ?? Date.parse(String(document.timestamp)));
}

export function entryOf(collection: Collection, document: Document): Entry {
  return { id: idOf(collection, document), position: positionOf(collection, document), document };
}

function positionOf(collection: Collection, document: Document): number {
  if (collection.cut.by === 'timestamp') return sampleTime(document);
  const { start_datetime, start_time, bedtime_start, start_day, day, set_up_at } = document;
  const text = String(start_datetime ?? start_time ?? bedtime_start ?? start_day ?? day ?? set_up_at);
  const floating = /T[\d:.]+$/.test(text);
  const position = Date.parse(floating ? `${text}Z` : text);
  return Number.isNaN(position) ? 0 : position;
}

export function inOrder(a: Entry, b: Entry): number {
  return a.position - b.position || (a.id < b.id ? -1 : Number(a.id > b.id));
}
