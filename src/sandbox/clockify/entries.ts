import { ids, objectBody } from './body.ts';
import { readEntry } from './entryReplies.ts';
import { queryInstant, rereadInZone } from './instants.ts';
import type { TimeEntry, Workspace } from './model.ts';
import { contains, flagParameter, listParameter, pageReply, parameter } from './query.ts';
import { accessDenied, missingField, notInWorkspace } from './refusals.ts';
import { type Route, type WorkspaceCall, workspaceRoute } from './router.ts';
import { newestFirst } from './state.ts';

const WEEK = 7 * 86_400_000;

export function findEntry(workspace: Workspace, id: string | undefined): TimeEntry {
  const entry = workspace.entries.get(id ?? '');
  if (entry === undefined) throw notInWorkspace('Time entry');
  return entry;
}

export function checkUser({ state, params }: WorkspaceCall): void {
  if (params.userId !== state.user.id) throw notInWorkspace('User');
}

/** Entries of others are for admins. The refusal to others was never recorded; a missing role is 403 elsewhere. */
function checkReader(call: WorkspaceCall): void {
  const { state, params } = call;
  const isOther = state.colleagues.some(({ id }) => id === params.userId);
  if (!isOther) checkUser(call);
  else if (!state.admin) throw accessDenied();
}

function bound({ request, state }: WorkspaceCall, name: string): number | undefined {
  const value = parameter(request, name);
  return value === undefined ? undefined : rereadInZone(queryInstant(name, value), state.zone);
}

type Filter = (entry: TimeEntry) => boolean;

/** The window bounds the start of an entry; its end does not matter. */
function windowFilter(call: WorkspaceCall): Filter {
  const start = bound(call, 'start') ?? Number.NEGATIVE_INFINITY;
  const end = bound(call, 'end') ?? Number.POSITIVE_INFINITY;
  const before = bound(call, 'get-week-before');
  return (entry) => {
    const at = Date.parse(entry.timeInterval.start);
    const inWeek = before === undefined || (at >= before - WEEK && at < before && isAssigned(entry));
    return at >= start && at < end && inWeek;
  };
}

function isAssigned(entry: TimeEntry): boolean {
  return entry.projectId !== null || entry.taskId !== null;
}

function fieldFilter({ request }: WorkspaceCall): Filter {
  const description = parameter(request, 'description');
  const project = parameter(request, 'project');
  const task = parameter(request, 'task');
  const tags = listParameter(request, 'tags');
  const projectRequired = flagParameter(request, 'project-required') === true;
  const taskRequired = flagParameter(request, 'task-required') === true;
  const inProgress = flagParameter(request, 'in-progress') === true;
  return (entry) =>
    (description === undefined || contains(entry.description ?? '', description)) &&
    (project === undefined || entry.projectId === project) &&
    (task === undefined || entry.taskId === task) &&
    (tags.length === 0 || tags.some((tag) => entry.tagIds?.includes(tag))) &&
    (!projectRequired || entry.projectId !== null) &&
    (!taskRequired || entry.taskId !== null) &&
    (!inProgress || entry.timeInterval.end === null);
}

function list(call: WorkspaceCall) {
  const { state, workspace, request } = call;
  checkReader(call);
  const inWindow = windowFilter(call);
  const fits = fieldFilter(call);
  const hydrated = flagParameter(request, 'hydrated') === true;
  const found = newestFirst(workspace).filter(
    (entry) => entry.userId === call.params.userId && inWindow(entry) && fits(entry),
  );
  const reply = pageReply(request, found);
  const page = reply.body as TimeEntry[];
  return { ...reply, body: page.map((entry) => readEntry(state, workspace, entry, hydrated)) };
}

function get({ state, workspace, request, params }: WorkspaceCall) {
  const hydrated = flagParameter(request, 'hydrated') === true;
  return { status: 200, body: readEntry(state, workspace, findEntry(workspace, params.id), hydrated) };
}

/** Reads by id in spite of the POST; unknown ids are left out (not recorded). */
function batch({ state, workspace, request }: WorkspaceCall) {
  const fields = objectBody(request);
  const wanted = ids(fields, 'timeEntryIds');
  if (wanted.length === 0) throw missingField('timeEntryIds');
  const found = wanted.flatMap((id) => workspace.entries.get(id) ?? []);
  const body = found.map((entry) => readEntry(state, workspace, entry, fields.hydrated === true));
  return { status: 200, body };
}

function inProgress({ state, workspace, request }: WorkspaceCall) {
  const running = newestFirst(workspace).filter((entry) => entry.timeInterval.end === null);
  const items = running.map((entry) => readEntry(state, workspace, entry, false));
  return pageReply(request, items, { size: 10, max: 1000 });
}

export const BATCH = '/time-entries/batch';

export const entryReads: readonly Route[] = [
  workspaceRoute('GET', '/time-entries/status/in-progress', inProgress),
  workspaceRoute('POST', BATCH, batch),
  workspaceRoute('GET', '/time-entries/{id}', get),
  workspaceRoute('GET', '/user/{userId}/time-entries', list),
];
