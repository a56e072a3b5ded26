import type { Facts } from '../store/facts.ts';
import type { Counts, Records } from '../store/records.ts';
import type { Clock } from './clock.ts';
import type { Span } from './coverage.ts';
import type { Outcome, ProgramError } from './errors.ts';
import type { AnyProvider, ReadHttp, Resource } from './provider.ts';
import { OtherPersonError } from './sync/person.ts';
import { skipResource, syncResource } from './sync/resource.ts';
import { strangerWithout } from './sync/stranger.ts';

export interface SyncRequest {
  readonly provider: AnyProvider;
  /** The provider's own section. */
  readonly config: unknown;
  readonly account: string;
  readonly records: Records;
  readonly http: ReadHttp;
  /** For resources whose scope was not granted: asked all the same, since the mapping of scopes is not certain. */
  readonly httpWithoutRenewal: ReadHttp;
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
  /** Names the configured credentials without telling them; another one than last time may be somebody else's. */
  readonly credentials?: string | undefined;
  /** Where it is remembered whose they are. */
  readonly facts?: Pick<Facts, 'get' | 'put'> | undefined;
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
 * Reads a provider's resources, all at once within its concurrency, except that what tells whose account it is and
 * what a resource builds on come first. One that fails never stops another.
 * Rejects only with InterruptedError, or with what is our own fault.
 */
export async function syncProvider(request: SyncRequest): Promise<ResourceResult[]> {
  const { provider, account, resources, records, clock } = request;
  const streams = resources.map(({ name }) => ({ provider: provider.id, account, resource: name }));
  records.streams.noteAttempts(streams, clock.now());
  const stranger = await strangerWithout(request);
  if (stranger !== undefined) return resources.map((resource) => skipResource(request, resource, stranger));
  const running = new Map<string, Promise<ResourceResult>>();
  const start = (resource: Resource): Promise<ResourceResult> => {
    const known = running.get(resource.name);
    if (known !== undefined) return known;
    const result = startAfter(resource);
    running.set(resource.name, result);
    return result;
  };
  const startAfter = async (resource: Resource): Promise<ResourceResult> => {
    const before = resources.filter((one) => one !== resource && comesBefore(provider, one, resource));
    const ended = await Promise.all(before.map(start));
    const stranger = ended.find(({ error }) => error instanceof OtherPersonError)?.error;
    return stranger === undefined
      ? syncResource(request, resource)
      : skipResource(request, resource, stranger);
  };
  const settled = await Promise.allSettled(resources.map(start));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map((result) => (result as PromiseFulfilledResult<ResourceResult>).value);
}

function comesBefore(provider: AnyProvider, one: Resource, other: Resource): boolean {
  if (one.name === provider.person) return true;
  if (other.name === provider.person) return false;
  return one.name === other.startsWith || other.after?.includes(one.name) === true;
}
