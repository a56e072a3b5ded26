import { writtenEntry } from './entryReplies.ts';
import type { CustomField, CustomFieldValue, EntryType, Task, TimeEntry, Workspace } from './model.ts';
import { interval, newestFirst, newId, type State } from './state.ts';

/** An entry as another tool or the person makes it; none of the service's rules apply. */
export interface EntryInput {
  /** ISO 8601, any zone; seconds are kept. */
  readonly start: string;
  /** Left out or null: the timer runs. */
  readonly end?: string | null;
  readonly description?: string | null;
  readonly projectId?: string | null;
  readonly taskId?: string | null;
  readonly tagIds?: readonly string[] | null;
  readonly billable?: boolean;
  readonly type?: EntryType;
  readonly isLocked?: boolean;
  readonly customFieldValues?: readonly CustomFieldValue[];
  /** Default: the first. */
  readonly workspaceId?: string;
  /** Default: the key's owner. */
  readonly userId?: string;
}

export type EntryChanges = Partial<Omit<EntryInput, 'workspaceId'>>;

export function workspaceOf(state: State, workspaceId?: string): Workspace {
  const id = workspaceId ?? [...state.workspaces.keys()][0];
  const workspace = state.workspaces.get(id ?? '');
  if (workspace === undefined) throw new Error(`no workspace ${id}`);
  return workspace;
}

function located(state: State, id: string): { workspace: Workspace; entry: TimeEntry } {
  for (const workspace of state.workspaces.values()) {
    const entry = workspace.entries.get(id);
    if (entry !== undefined) return { workspace, entry };
  }
  throw new Error(`no entry ${id}`);
}

function epoch(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`not a time: ${text}`);
  return Math.floor(at / 1000) * 1000;
}

export function allEntries(state: State, workspaceId?: string): TimeEntry[] {
  const workspace = workspaceOf(state, workspaceId);
  return newestFirst(workspace).map((entry) => writtenEntry(state, workspace, entry));
}

function changed(entry: TimeEntry, changes: EntryChanges): TimeEntry {
  const { start, end, tagIds, customFieldValues, ...plain } = changes;
  const oldEnd = entry.timeInterval.end;
  const newEnd = end === undefined ? oldEnd : end;
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  return {
    ...entry,
    ...Object.fromEntries(given),
    timeInterval: interval(epoch(start ?? entry.timeInterval.start), newEnd === null ? null : epoch(newEnd)),
    tagIds: tagIds === undefined ? entry.tagIds : tagIds === null || tagIds.length === 0 ? null : [...tagIds],
    customFieldValues: structuredClone([...(customFieldValues ?? entry.customFieldValues)]),
  };
}

export function addEntry(state: State, { workspaceId, ...input }: EntryInput): TimeEntry {
  const workspace = workspaceOf(state, workspaceId);
  const empty: TimeEntry = {
    id: newId(),
    description: '',
    tagIds: null,
    userId: state.user.id,
    billable: false,
    taskId: null,
    projectId: null,
    workspaceId: workspace.id,
    timeInterval: { start: input.start, end: null, duration: null },
    customFieldValues: [],
    type: 'REGULAR',
    kioskId: null,
    isLocked: false,
  };
  const entry = changed(empty, input);
  workspace.entries.set(entry.id, entry);
  return writtenEntry(state, workspace, entry);
}

export function editEntry(state: State, id: string, changes: EntryChanges): TimeEntry {
  const { workspace, entry } = located(state, id);
  const next = changed(entry, changes);
  workspace.entries.set(id, next);
  return writtenEntry(state, workspace, next);
}

export function deleteEntry(state: State, id: string): void {
  located(state, id).workspace.entries.delete(id);
}

export function addTask(workspace: Workspace, projectId: string, name: string): Task {
  const task: Task = { id: newId(), name, projectId };
  workspace.tasks.set(task.id, task);
  return task;
}

export function addCustomField(workspace: Workspace, name: string, type: string): CustomField {
  const field: CustomField = { id: newId(), name, type };
  workspace.customFields.set(field.id, field);
  return field;
}
