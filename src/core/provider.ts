import type { z } from 'zod';
import type { Span } from './coverage.ts';
import type { Cursor } from './cursor.ts';
import type { LocalDate } from './dates.ts';

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
  /** The word in the marker that entries made from this provider's sessions carry. */
  readonly marker: string;
  /** History is wanted from this local date on. */
  readonly startDate: (config: C) => LocalDate;
  /** Days that every run re-reads, today included. */
  readonly overlapDays: (config: C) => number;
  readonly baseUrl: (config: C) => string;
  readonly auth: (config: C) => Auth;
  readonly resources: readonly Resource<C>[];
  /** The resource whose one row's id tells whose account it is, so that two people are never mixed. */
  readonly person?: string;
  /** Names of resources to read; all when undefined. */
  readonly chosenResources?: (config: C) => readonly string[] | undefined;
  /** What a person is told when a call is refused although its scope was granted. */
  readonly forbidden?: string;
  /** Requests under way at once. */
  readonly concurrency: number;
}

/** Any provider, whatever its configuration: what lists and the engine work with. */
// biome-ignore lint/suspicious/noExplicitAny: a list of providers holds many configurations; each meets only its own.
export type AnyProvider = Provider<any>;

export type Auth = OAuth2;

/** OAuth 2 authorization code with S256, confidential client. */
export interface OAuth2 {
  readonly kind: 'oauth2';
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** Used exactly as configured. */
  readonly redirectUri: string;
  /** Names as the service's documentation calls them, without a world's prefix. */
  readonly scopes: readonly string[];
  /** Where the app may have been registered, most likely first; the one that worked is remembered by its id. */
  readonly worlds: readonly World[];
  /** A pair, or an access token alone, from the configuration or environment: imported once, then ignored. */
  readonly seed: { accessToken: string | undefined; refreshToken: string | undefined };
  /** How to create an app at the service, one line. */
  readonly setup: string;
}

export interface World {
  readonly id: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string | undefined;
  /** The `iss` that a callback may carry; another one stops the sign-in. */
  readonly issuer?: string;
  /** Put before each scope name in a request and taken off in a reply. */
  readonly scopePrefix: string;
}

/** One item as received: its exact text (numbers beyond 2^53 survive there) and the value parsed from it. */
export interface RawItem {
  readonly text: string;
  readonly value: unknown;
}

export interface Read<C> {
  readonly http: ReadHttp;
  readonly config: C;
  readonly span: Span;
  /** IANA zone that `span`'s dates are meant in. */
  readonly zone: string;
}

/** What a resource may do with the network: read. Paths are relative to the provider's base URL. */
export interface ReadHttp {
  /** A page: the items under `itemsKey` and the rest of the envelope. Throws ContractError on anything else. */
  page(path: string, query: Query, itemsKey: string): Promise<Page>;
  /** A single document. */
  document(path: string): Promise<RawItem>;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Page {
  readonly items: readonly RawItem[];
  /** The envelope without its items, as parsed. */
  readonly envelope: Readonly<Record<string, unknown>>;
}

// biome-ignore lint/suspicious/noExplicitAny: items of one resource meet only that resource's own functions.
export interface Resource<C = any, T = any> {
  readonly name: string;
  readonly title: string;
  /** The scope a person must have granted, as the provider's `scopes` name it. */
  readonly scope: string;
  readonly cursor: Cursor;
  /** One item. Loose: unknown fields survive in the stored payload. */
  readonly schema: z.ZodType<T>;
  /** Raw items, page by page. May return more than the span holds: the engine keeps what belongs to it. */
  pages(read: Read<C>): AsyncIterable<readonly RawItem[]>;
  /** Names the row. Pure. */
  change(item: T): Change;
  /** The path of one document; a 404 there proves that it is gone. Without it absence has to be seen twice. */
  readonly document?: (id: string) => string;
  /** A sample series: rows are never reported as vanished. */
  readonly samples?: true;
  /** Another resource whose first stored day is where this one starts. */
  readonly startsWith?: string;
  /** Columns of the typed view `<provider>_<resource>`, beside the ones every view has. */
  readonly columns: readonly Column[];
}

/** A column of a typed view: its SQL name, the JSON path in the payload, and what it means (with its unit). */
export interface Column {
  readonly name: string;
  readonly path: string;
  readonly about: string;
}

export interface Change {
  readonly row: Row;
  readonly session?: Session;
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
  /** Ours: `sleep`, `workout`, … */
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
}
