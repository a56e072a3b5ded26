import type * as z from 'zod';
import type { Auth } from './auth.ts';
import type { Span } from './coverage.ts';
import type { Cursor } from './cursor.ts';
import type { LocalDate } from './dates.ts';
import type { Limits, ReplyHeaders } from './limits.ts';
import type { Change, RawItem } from './record.ts';

export type { ApiKey, Auth, Dialect, OAuth2, PasswordGrant, World } from './auth.ts';
export type { Limits, RateWindow } from './limits.ts';
export type { Change, Put, RawItem, Removal, Row, Session } from './record.ts';

/**
 * A provider is a description: how to sign in, what it offers, how to read a page, how to name a row.
 * The engine does everything else. `C` is the provider's own section of the configuration.
 */
export interface Provider<C = unknown> {
  readonly id: string;
  readonly title: string;
  /** One strict zod object; every key has a description, so that the documentation can be generated. */
  readonly config: z.ZodObject;
  /** Environment names people already use -> key of this section. */
  readonly environment: Readonly<Record<string, string>>;
  /** Environment names of earlier tools that are understood and ignored -> why. */
  readonly ignoredEnvironment?: Readonly<Record<string, string>>;
  readonly enabled: (config: C) => boolean;
  /** The key of its section that a person turns it on with; default `enabled`. */
  readonly switchKey?: string;
  /** The word in the marker that entries made from this provider's sessions carry. */
  readonly marker: string;
  /** History is wanted from this local date on. */
  readonly startDate: (config: C) => LocalDate;
  /** Days that every run re-reads, today included; default 7. For `windows`. */
  readonly overlapDays?: (config: C) => number;
  /** How far back beyond the watermark every run asks; default 300. For `since`. */
  readonly overlapSeconds?: (config: C) => number;
  readonly baseUrl: (config: C) => string;
  readonly auth: (config: C) => Auth;
  readonly resources: readonly Resource<C>[];
  /** The resource whose one row's id tells whose account it is, so that two people are never mixed. */
  readonly person?: string;
  /** Names of resources to read; all but the optional ones when undefined. */
  readonly chosenResources?: (config: C) => readonly string[] | undefined;
  /** Optional resources that are read as well. */
  readonly extras?: (config: C) => readonly string[];
  /** What a refusal (4xx) means at this service, one sentence for a person; undefined: nothing more is known. */
  readonly explain?: (reply: Reply) => string | undefined;
  /** The reply as a service that keeps to HTTP's statuses would have sent it: for errors inside a 200. Pure. */
  readonly plainReply?: (reply: Reply) => Reply;
  /** Sent with every request beside the credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the service allows; undefined: nothing is known, and a 429 closes it for a while. */
  readonly limits?: (config: C) => Limits;
  /** What a person should know before using it (terms, stability), one sentence; shown at sign-in. */
  readonly notice?: string;
  /** Requests under way at once. */
  readonly concurrency: number;
}

/** Any provider, whatever its configuration: what lists and the engine work with. */
// biome-ignore lint/suspicious/noExplicitAny: a list of providers holds many configurations; each meets only its own.
export type AnyProvider = Provider<any>;

/** A reply of the service. */
export interface Reply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReplyHeaders;
  readonly text: string;
}

export interface Read<C> {
  readonly http: ReadHttp;
  readonly config: C;
  /** What is wanted, in whole local dates. For `since` with a watermark it says nothing. */
  readonly span: Span;
  /** IANA zone that `span`'s dates are meant in. */
  readonly zone: string;
  /** For `since`: what was changed after this instant (UTC epoch milliseconds); undefined: everything in the span. */
  readonly since?: number | undefined;
  /** When the run reads (UTC epoch milliseconds). */
  readonly now: number;
  /** Live records of another resource of the same account (name it in `after`), newest first. */
  stored(resource: string): Iterable<StoredItem & RawItem>;
  /** For `since`: the next watermark by the service's own clock, instead of the newest `updatedAt` seen. */
  mark(instant: string | number): void;
  /** How many records the service says there are: when the store has another number, everything is listed anew. */
  total(count: number): void;
}

export interface StoredItem {
  readonly id: string;
  /** The payload, parsed. */
  readonly value: unknown;
}

/** What a resource may do with the network: read. Paths are relative to the provider's base URL. */
export interface ReadHttp {
  /**
   * A page: the items of the list at `list` (keys joined by dots; empty: the reply itself is the list) and what
   * stands beside it. Throws ContractError on anything else, MissingError on 404.
   */
  page(path: string, query: Query, list: string, how?: How): Promise<Page>;
  /** A single document: the whole reply, or the part of it at `how.at`. */
  document(path: string, query?: Query, how?: How & { readonly at?: string }): Promise<RawItem>;
}

export interface How {
  /** The query goes as a form in the body of a POST: some services read that way. */
  readonly form?: true;
  /** Nothing that a plain run needs: it leaves alone what a rate window keeps back. */
  readonly optional?: true;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Page {
  readonly items: readonly RawItem[];
  /** The object around the items without them, as parsed. */
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly headers: ReplyHeaders;
}

// biome-ignore lint/suspicious/noExplicitAny: items of one resource meet only that resource's own functions.
export interface Resource<C = any, T = any> {
  readonly name: string;
  readonly title: string;
  /** The scope a person must have granted, as the provider's `scopes` name it; without one any sign-in will do. */
  readonly scope?: string;
  /**
   * What a person needs at the service to read it, in words, where no sign-in tells: a 403 then only leaves it out.
   */
  readonly rights?: string;
  readonly cursor: Cursor;
  /** One item. Loose: unknown fields survive in the stored payload. */
  readonly schema: z.ZodType<T>;
  /**
   * Raw items, page by page. May return more than the span holds: the engine keeps what belongs to it.
   * Left out for `each`, where the engine asks for one document after the other.
   */
  pages?(read: Read<C>): AsyncIterable<readonly RawItem[]>;
  /**
   * Names the row. Pure. `of`: for `each`, the id of the record that the item belongs to. `raw`: the item as received,
   * for ids that are numbers beyond 2^53. `zone`: IANA zone that dates are meant in, for services that name neither a
   * date nor an offset; undefined: nobody said.
   */
  change(item: T, of: string, raw: RawItem, zone?: string): Change;
  /**
   * For records that have no date of their own: which record of another resource (name it in `after`) they share the
   * day with.
   */
  readonly dayOf?: { readonly resource: string; readonly id: (item: T) => string };
  /** The path of one document; a 404 there proves that it is gone. Without it absence has to be seen twice. */
  readonly document?: (id: string) => string;
  /** A sample series: rows are never reported as vanished. */
  readonly samples?: true;
  /** Another resource whose first stored day is where this one starts. */
  readonly startsWith?: string;
  /** Resources whose records this one is read by: they come first. */
  readonly after?: readonly string[];
  /** Read only when a person asks for it: it costs many requests or much room. */
  readonly optional?: true;
  /**
   * A record whose payload has `value` at the JSON path is not final: once a run's re-reads no longer reach it, it is
   * asked for by its `document` once a day.
   */
  readonly unfinished?: { readonly path: string; readonly value: string };
  /** Kinds of session that its records stand for; needed only where no common view of nights or workouts has them. */
  readonly sessions?: readonly string[];
  /** Columns of the typed view `<provider>_<resource>`, beside the ones every view has. */
  readonly columns: readonly Column[];
  /** The view has a row for each element of the list at this JSON path, not one for each record. */
  readonly rowsOf?: string;
  /** More typed views, over lists inside the records; each is named `<provider>_<name>`. */
  readonly lists?: readonly ListView[];
  /** What this resource adds to the views over all sources. */
  readonly common?: readonly CommonRows[];
}

/**
 * Rows of a view over all sources. Expressions are SQL over `i` (the record: `payload`, `day`, `started_at` and
 * `ended_at` in UTC epoch milliseconds) and `x` (its session, if it has one); a column that is left out is NULL.
 */
export interface CommonRows {
  readonly view: 'sleep_sessions' | 'workouts' | 'weights' | 'daily_summary';
  readonly columns: Readonly<Record<string, string>>;
  /** Which records count, as an SQL condition; all of them without one. */
  readonly where?: string;
}

/** A typed view with a row for each element of a list inside the records. */
export interface ListView {
  readonly name: string;
  /** SQL table expressions over `i.payload`, e.g. `json_each(i.payload, '$.laps') e`. */
  readonly from: string;
  readonly columns: readonly Column[];
}

/** A column of a typed view: its SQL name, the JSON path in the payload, and what it means (with its unit). */
export interface Column {
  readonly name: string;
  /** Of the payload; below `$each` of the element where the resource has `rowsOf`. */
  readonly path: string;
  readonly about: string;
  /** An SQL expression over `i.payload` (and `e.value`, the element) in place of the path. */
  readonly sql?: string;
}
