import type { SandboxReply } from '../server.ts';
import { arrayBody, type Fields, id, instant, objectBody } from './body.ts';
import { checkUser, findEntry } from './entries.ts';
import { type EntryDraft, entryOf, readDraft, refuseBackwards, refuseIncomplete } from './entryDraft.ts';
import { writtenEntry } from './entryReplies.ts';
import { refuseLockedEntry, refuseLockedStart } from './locks.ts';
import type { TimeEntry, Workspace } from './model.ts';
import { listParameter } from './query.ts';
import { manualModeDisabled, missingField, missingParameter, noTimerRuns } from './refusals.ts';
import { type Route, type WorkspaceCall, workspaceRoute } from './router.ts';
import { interval, newId, runningEntry, type State } from './state.ts';

const MINUTE = 60_000;

function refuseManual(state: State, { settings }: Workspace): void {
  if (settings.timeTrackingMode === 'STOPWATCH_ONLY' && !state.admin) throw manualModeDisabled();
}

/** The running timer as it would be after a stop; the workspace's rules apply to it now. */
function stopped(state: State, workspace: Workspace, entry: TimeEntry, end: number): TimeEntry {
  const start = Date.parse(entry.timeInterval.start);
  refuseLockedEntry(state, workspace, entry);
  refuseBackwards(start, end);
  refuseIncomplete(workspace, entry);
  return { ...entry, timeInterval: interval(start, end) };
}

function startOf(fields: Fields, draft: EntryDraft, now: number): number {
  if (draft.start !== undefined) return draft.start;
  // Only the empty body starts a timer without naming its start.
  if (Object.keys(fields).length > 0) throw missingField('start');
  return Math.floor(now / 1000) * 1000;
}

function store(workspace: Workspace, entry: TimeEntry): void {
  workspace.entries.set(entry.id, entry);
}

function reply(call: WorkspaceCall, status: number, entry: TimeEntry): SandboxReply {
  return { status, body: writtenEntry(call.state, call.workspace, entry) };
}

function startTimer({ state, workspace }: WorkspaceCall, start: number): void {
  // A timer that starts at another time than now is a manual entry.
  if (Math.abs(start - state.now()) > MINUTE) refuseManual(state, workspace);
  const running = runningEntry(workspace, state.user.id);
  if (running === undefined) return;
  const end = Math.max(start, Date.parse(running.timeInterval.start));
  store(workspace, stopped(state, workspace, running, end));
}

function create(call: WorkspaceCall): SandboxReply {
  const { state, workspace, request } = call;
  const fields = objectBody(request);
  const draft = readDraft(fields, state, workspace);
  const start = startOf(fields, draft, state.now());
  refuseLockedStart(state, workspace, start);
  if (draft.end === undefined) startTimer(call, start);
  else {
    refuseManual(state, workspace);
    refuseIncomplete(workspace, draft);
  }
  const known = { id: newId(), userId: state.user.id, workspaceId: workspace.id };
  const entry = entryOf(draft, { ...known, start, end: draft.end ?? null });
  store(workspace, entry);
  return reply(call, 201, entry);
}

/** The entry after a full replacement; nothing is stored yet. */
function replaced({ state, workspace }: WorkspaceCall, entry: TimeEntry, fields: Fields): TimeEntry {
  refuseLockedEntry(state, workspace, entry);
  const draft = readDraft(fields, state, workspace);
  if (draft.start === undefined) throw missingField('start');
  refuseLockedStart(state, workspace, draft.start);
  const end = draft.end ?? null;
  const next = entryOf(draft, { ...entry, start: draft.start, end });
  const { start: oldStart, end: oldEnd } = entry.timeInterval;
  if (next.timeInterval.start !== oldStart || next.timeInterval.end !== oldEnd)
    refuseManual(state, workspace);
  if (end !== null) refuseIncomplete(workspace, next);
  return { ...next, isLocked: entry.isLocked };
}

function update(call: WorkspaceCall): SandboxReply {
  const { workspace, request, params } = call;
  const next = replaced(call, findEntry(workspace, params.id), objectBody(request));
  store(workspace, next);
  return reply(call, 200, next);
}

function updateMany(call: WorkspaceCall): SandboxReply {
  const { state, workspace, request } = call;
  checkUser(call);
  const bodies = arrayBody(request);
  if (bodies.length === 0) throw missingField('time entries');
  const next = bodies.map((fields) => replaced(call, findEntry(workspace, id(fields, 'id')), fields));
  for (const entry of next) store(workspace, entry);
  return { status: 200, body: next.map((entry) => writtenEntry(state, workspace, entry)) };
}

function stop(call: WorkspaceCall): SandboxReply {
  const { state, workspace, request } = call;
  checkUser(call);
  const end = instant(objectBody(request), 'end');
  if (end === undefined) throw missingField('end');
  const running = runningEntry(workspace, state.user.id);
  if (running === undefined) throw noTimerRuns();
  const entry = stopped(state, workspace, running, end);
  store(workspace, entry);
  return reply(call, 200, entry);
}

function remove({ state, workspace, params }: WorkspaceCall): SandboxReply {
  const entry = findEntry(workspace, params.id);
  refuseLockedEntry(state, workspace, entry);
  workspace.entries.delete(entry.id);
  return { status: 204 };
}

/** All or nothing: one unknown or locked id keeps the others. */
function removeMany(call: WorkspaceCall): SandboxReply {
  const { state, workspace, request } = call;
  checkUser(call);
  const wanted = [...new Set(listParameter(request, 'time-entry-ids'))];
  if (wanted.length === 0) throw missingParameter('time-entry-ids');
  const entries = wanted.map((one) => findEntry(workspace, one));
  for (const entry of entries) refuseLockedEntry(state, workspace, entry);
  const body = entries.map((entry) => writtenEntry(state, workspace, entry));
  for (const entry of entries) workspace.entries.delete(entry.id);
  return { status: 200, body };
}

function createForUser(call: WorkspaceCall): SandboxReply {
  checkUser(call);
  return create(call);
}

export const entryWrites: readonly Route[] = [
  workspaceRoute('POST', '/time-entries', create),
  workspaceRoute('PUT', '/time-entries/{id}', update),
  workspaceRoute('DELETE', '/time-entries/{id}', remove),
  workspaceRoute('POST', '/user/{userId}/time-entries', createForUser),
  workspaceRoute('PUT', '/user/{userId}/time-entries', updateMany),
  workspaceRoute('PATCH', '/user/{userId}/time-entries', stop),
  workspaceRoute('DELETE', '/user/{userId}/time-entries', removeMany),
];
