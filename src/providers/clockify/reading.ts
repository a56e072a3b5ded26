import * as z from 'zod';
import { oneLine } from '../../core/config/suggestions.ts';
import { addDays } from '../../core/dates.ts';
import { ContractError, UsageError } from '../../core/errors.ts';
import { byNumber } from '../../core/pages.ts';
import type { Page, Query, RawItem, Read } from '../../core/provider.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { runHint } from '../../program.ts';

type Pages = AsyncIterable<readonly RawItem[]>;
type Reading = Read<ClockifyConfig>;

/** Each costs a request, and an hour has thirty of them. */
export const TASK_PROJECTS = 8;

const named = z.looseObject({ id: z.string(), name: z.string().nullish() });
type Named = z.infer<typeof named>;

/** What is stored, or else what the service says: somebody may read one collection alone. */
async function known({ stored, http }: Reading, resource: string, path: string): Promise<Named[]> {
  const kept = [...stored(resource)];
  if (kept.length > 0) return namedIn(kept);
  return namedIn(resource === 'user' ? [await http.document(path)] : (await http.page(path, {}, '')).items);
}

/** Those without an id cannot be asked for. */
function namedIn(items: readonly RawItem[]): Named[] {
  return items.flatMap(({ value }) => {
    const parsed = named.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

/** Whose key it is. */
export async function ownId(read: Reading): Promise<string> {
  const [person] = await known(read, 'user', '/user');
  if (person !== undefined) return person.id;
  throw new ContractError('the user has no id');
}

/** Below the configured workspace, or below the only one. Throws UsageError that lists them rather than guess. */
export async function workspacePath(read: Reading): Promise<string> {
  const { workspace_id } = read.config;
  if (workspace_id !== undefined) return `/workspaces/${encodeURIComponent(workspace_id)}`;
  const all = await known(read, 'workspaces', '/workspaces');
  const only = all.length === 1 ? all[0] : undefined;
  if (only !== undefined) return `/workspaces/${encodeURIComponent(only.id)}`;
  const listed = all.map(({ id, name }) => `${oneLine(id)} (${oneLine(name ?? '')})`).join(', ');
  throw new UsageError(`clockify: the key reaches ${all.length} workspaces: ${listed}`, {
    source: 'clockify',
    hint: `Set clockify.workspace_id. ${runHint('auth clockify')} asks and writes it down.`,
  });
}

/** Not every version of the service has sent the header. */
function isLast({ headers, items }: Page, size: number): boolean {
  return headers['last-page'] === 'true' || items.length < size;
}

function list({ http, config }: Reading, path: string, query: Query = {}): Pages {
  const size = config.source_page_size;
  return byNumber(
    (page) => http.page(path, { ...query, page, 'page-size': size }, ''),
    (page) => isLast(page, size),
  );
}

/** A collection of the workspace, whole. */
export const ofWorkspace = (name: string, query: Query = {}) =>
  async function* (read: Reading): Pages {
    yield* list(read, `${await workspacePath(read)}/${name}`, query);
  };

/**
 * The service reads the digits of both bounds on a wall clock in the profile's zone, whatever offset they carry. No two
 * places are further apart than a day, so a day wider on both sides holds all of the span.
 */
function entriesOf(read: Reading, path: string, userId: string): Pages {
  const { from, to } = read.span;
  return list(read, `${path}/user/${encodeURIComponent(userId)}/time-entries`, {
    start: `${addDays(from, -1)}T00:00:00Z`,
    end: `${addDays(to, 2)}T00:00:00Z`,
  });
}

export async function* ownEntries(read: Reading): Pages {
  yield* entriesOf(read, await workspacePath(read), await ownId(read));
}

export async function* entriesOfOthers(read: Reading): Pages {
  const [path, own] = [await workspacePath(read), await ownId(read)];
  const shown = new Set<string>();
  for (const { id } of read.stored('users')) {
    if (id === own) continue;
    for await (const page of entriesOf(read, path, id)) {
      if (page.length > 0) shown.add(id);
      yield page;
    }
  }
  if (shown.size > 0) yield entriesNotShown(read, shown);
}

/**
 * Stored entries of everybody else: the list of people loses who was deactivated, and an empty list may be a refusal.
 * Neither shows that an entry is gone.
 */
function entriesNotShown({ stored, span }: Reading, shown: ReadonlySet<string>): RawItem[] {
  const [from, to] = [addDays(span.from, -1), addDays(span.to, 2)];
  return [...stored('team_time_entries')].filter(({ value }) => {
    const { userId, timeInterval } = value as { userId?: string | null; timeInterval: { start: string } };
    const isNear = timeInterval.start >= from && timeInterval.start < to;
    return isNear && (userId == null || !shown.has(userId));
  });
}

/** Active projects whose tasks are asked for: those worked on last, then the rest by their order. */
function projectsToAsk({ stored }: Reading): string[] {
  const active = new Set<string>();
  for (const { id, value } of stored('projects'))
    if ((value as { archived?: unknown }).archived !== true) active.add(id);
  if (active.size <= TASK_PROJECTS) return [...active];
  const chosen = new Set<string>();
  for (const { value } of stored('time_entries')) {
    const { projectId } = value as { projectId?: string | null };
    if (projectId != null && active.has(projectId)) chosen.add(projectId);
    if (chosen.size === TASK_PROJECTS) break;
  }
  return [...new Set([...chosen, ...active])].slice(0, TASK_PROJECTS);
}

/** One request for each project; what is stored of the others stays as it is. */
export async function* tasksOf(read: Reading): Pages {
  const path = await workspacePath(read);
  const asked = new Set(projectsToAsk(read));
  for (const id of asked) yield* list(read, `${path}/projects/${encodeURIComponent(id)}/tasks`);
  const there = new Set([...read.stored('projects')].map(({ id }) => id));
  yield [...read.stored('tasks')].filter(({ value }) => {
    const { projectId } = value as { projectId?: string | null };
    return projectId != null && there.has(projectId) && !asked.has(projectId);
  });
}
