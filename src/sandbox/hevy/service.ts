import type { Truth } from '../truth.ts';
import type { EventLog } from './events.ts';
import type { UnknownParameters } from './query.ts';
import type { UnknownBody } from './refusals.ts';
import type { ShapeOptions } from './shapes.ts';

/** A page that is about to be read. */
export interface ComingPage {
  /** The key of its list in the reply. */
  readonly list: string;
  readonly page: number;
  readonly truth: Truth;
}

export interface PagingOptions {
  /** Lists other than body measurements, where 404 is documented, past their end. Default notFound. */
  readonly pastEnd?: 'notFound' | 'emptyPage';
  /** `page_count` of a list with nothing in it, or no such page at all; default 0. */
  readonly emptyList?: 0 | 1 | 'notFound';
  /** Runs before a page is cut, so that what it logs or deletes shifts the items of a crawl under way. */
  readonly beforePage?: (coming: ComingPage) => void;
}

export interface RefusalOptions {
  /** 401, 404 and 429 are known by their status alone; default text, which is no JSON. */
  readonly unknownBody?: UnknownBody;
  /** Default refused. */
  readonly unknownParameters?: UnknownParameters;
  /** For a `since` that is no instant: 500 is the only failure of that route that is documented (default). */
  readonly badSince?: 400 | 500;
}

export type ServiceOptions = ShapeOptions & PagingOptions & RefusalOptions;

export interface Service {
  readonly truth: Truth;
  readonly log: EventLog;
  readonly options: ServiceOptions;
}
