import * as z from 'zod';
import { DeclinedError, type Entry, type WantedEntry } from '../../core/destination.ts';
import { ContractError } from '../../core/errors.ts';
import { type Api, understood } from './api.ts';
import { SOURCE } from './name.ts';

/** Null where a value is absent, for most fields; `end` is null while a timer runs. */
const entrySchema = z.looseObject({
  id: z.string(),
  description: z.string().nullish(),
  projectId: z.string().nullish(),
  taskId: z.string().nullish(),
  tagIds: z.array(z.string()).nullish(),
  billable: z.boolean().nullish(),
  type: z.string().nullish(),
  isLocked: z.boolean().nullish(),
  timeInterval: z.looseObject({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }).nullish(),
  }),
  customFieldValues: z.array(z.looseObject({ customFieldId: z.string() })).nullish(),
});

type RemoteEntry = z.infer<typeof entrySchema>;

const deletedSchema = z.array(z.looseObject({ id: z.string() }));

/** The largest the API accepts. */
const PAGE_SIZE = 5000;
const PAGES = 200;

export interface Place {
  readonly workspaceId: string;
  readonly userId: string;
}

export interface NewEntryStyle {
  readonly projectId: string | undefined;
  readonly tagIds: readonly string[];
  readonly billable: boolean;
}

/**
 * Entries of the user that start in the window (UTC epoch milliseconds). The API reads the digits of both bounds on the
 * profile's wall clock, so callers ask a day wider and compare instants.
 */
export async function listEntries(api: Api, place: Place, from: number, to: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const reply = await api.client.get(`/workspaces/${place.workspaceId}/user/${place.userId}/time-entries`, {
      start: utcSeconds(from),
      end: utcSeconds(to),
      page,
      'page-size': PAGE_SIZE,
    });
    const rows = understood(reply, z.array(z.unknown()), 'GET time-entries');
    entries.push(...rows.flatMap(ownEntry));
    if (reply.headers['last-page'] === 'true' || rows.length < PAGE_SIZE) return entries;
  }
  throw new ContractError(`${SOURCE}: the listing did not end after ${PAGES} pages`, { source: SOURCE });
}

/** One odd entry of the user's own must not stop the push; one that carries a marker has to be understood. */
function ownEntry(row: unknown): Entry[] {
  const parsed = entrySchema.safeParse(row);
  if (parsed.success) return [toEntry(parsed.data)];
  const text = z.looseObject({ description: z.string() }).safeParse(row).data?.description ?? '';
  if (!/\[\w+:\d{4}-/.test(text)) return [];
  const field = parsed.error.issues[0]?.path.join('.');
  throw new ContractError(`${SOURCE}: GET time-entries: "${field}" is not as expected`, { source: SOURCE });
}

/** A missing entry is a 400, not a 404. */
export async function readEntry(api: Api, place: Place, id: string): Promise<Entry | undefined> {
  try {
    const reply = await api.client.get(`/workspaces/${place.workspaceId}/time-entries/${id}`);
    const entry = toEntry(understood(reply, entrySchema, 'GET time-entry'));
    if (entry.remoteId === id) return entry;
    // What is decided next would be written to that one.
    throw new ContractError(`${SOURCE}: GET time-entry: the reply is about another entry`, {
      source: SOURCE,
    });
  } catch (error) {
    if (error instanceof DeclinedError && error.status === 400) return undefined;
    throw error;
  }
}

export async function createEntry(
  api: Api,
  place: Place,
  wanted: WantedEntry,
  style: NewEntryStyle,
): Promise<Entry> {
  const body = {
    start: utcSeconds(wanted.startAt),
    end: utcSeconds(wanted.endAt),
    description: wanted.text,
    billable: style.billable,
    type: 'REGULAR',
    ...(style.projectId === undefined ? {} : { projectId: style.projectId }),
    ...(style.tagIds.length === 0 ? {} : { tagIds: style.tagIds }),
  };
  const reply = await api.client.write('POST', `/workspaces/${place.workspaceId}/time-entries`, {}, body);
  return toEntry(understood(reply, entrySchema, 'POST time-entries'));
}

/** PUT replaces the whole entry: everything the user may have set goes back in, under the names the API writes. */
export async function updateEntry(
  api: Api,
  place: Place,
  entry: Entry,
  wanted: WantedEntry,
  style: NewEntryStyle,
): Promise<Entry> {
  const before = entry.raw as RemoteEntry;
  const projectId = wanted.style ? (style.projectId ?? before.projectId) : before.projectId;
  const tagIds = wanted.style ? [...new Set([...(before.tagIds ?? []), ...style.tagIds])] : before.tagIds;
  const body = {
    start: utcSeconds(wanted.startAt),
    end: utcSeconds(wanted.endAt),
    description: wanted.text,
    billable: before.billable ?? false,
    ...(before.type === 'REGULAR' || before.type === 'BREAK' ? { type: before.type } : {}),
    ...(projectId == null ? {} : { projectId }),
    // A task belongs to its project: it cannot follow into another one.
    ...(before.taskId == null || projectId !== before.projectId ? {} : { taskId: before.taskId }),
    ...(tagIds == null ? {} : { tagIds }),
    // Read as customFieldValues, written as customFields.
    ...(before.customFieldValues == null
      ? {}
      : {
          customFields: before.customFieldValues.map(({ customFieldId, value }) => ({
            customFieldId,
            value,
          })),
        }),
  };
  const path = `/workspaces/${place.workspaceId}/time-entries/${entry.remoteId}`;
  const reply = await api.client.write('PUT', path, {}, body);
  return toEntry(understood(reply, entrySchema, 'PUT time-entry'));
}

/**
 * One request for all. Never without an id: the API's own words for that route are "delete all". The answer names what was
 * deleted; a 200 that does not (a page of somebody in between) proves nothing: ContractError.
 */
export async function deleteEntries(api: Api, place: Place, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) throw new Error('a bulk deletion without ids');
  const path = `/workspaces/${place.workspaceId}/user/${place.userId}/time-entries`;
  const reply = await api.client.write('DELETE', path, { 'time-entry-ids': ids.join(',') });
  const deleted = new Set(understood(reply, deletedSchema, 'DELETE time-entries').map(({ id }) => id));
  const left = ids.filter((id) => !deleted.has(id)).length;
  if (left === 0) return;
  throw new ContractError(
    `${SOURCE}: DELETE time-entries: ${left} of ${ids.length} are not named as deleted`,
    {
      source: SOURCE,
    },
  );
}

function toEntry(raw: RemoteEntry): Entry {
  const { start, end } = raw.timeInterval;
  return {
    remoteId: raw.id,
    startAt: Date.parse(start),
    endAt: end == null ? null : Date.parse(end),
    text: raw.description ?? '',
    projectId: raw.projectId || null,
    locked: raw.isLocked === true,
    raw,
  };
}

/** `2024-01-15T22:30:00Z`: whole seconds and a literal Z, the one form the API documents. */
function utcSeconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
