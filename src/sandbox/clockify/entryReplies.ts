import { isLocked } from './locks.ts';
import type { TimeEntry, Workspace } from './model.ts';
import type { State } from './state.ts';

/** TimeEntryDtoImplV1, the answer to every write. */
export function writtenEntry(state: State, workspace: Workspace, entry: TimeEntry): TimeEntry {
  return { ...structuredClone(entry), isLocked: isLocked(state, workspace, entry) };
}

function hydratedProject(workspace: Workspace, id: string | null) {
  const project = id === null ? undefined : workspace.projects.get(id);
  if (project === undefined) return null;
  const { name, color, clientId, archived, billable, workspaceId } = project;
  return { id, name, color, clientId, clientName: '', archived, billable, workspaceId };
}

function hydratedTask(workspace: Workspace, id: string | null) {
  const task = id === null ? undefined : workspace.tasks.get(id);
  return task === undefined ? null : { ...task };
}

/** What get and list answer: with rates, or (hydrated) with the objects behind the ids instead. */
export function readEntry(state: State, workspace: Workspace, entry: TimeEntry, hydrated: boolean) {
  const written = writtenEntry(state, workspace, entry);
  if (!hydrated) return { ...written, hourlyRate: null, costRate: null };
  return {
    ...written,
    project: hydratedProject(workspace, entry.projectId),
    task: hydratedTask(workspace, entry.taskId),
    tags: (entry.tagIds ?? []).flatMap((id) => workspace.tags.get(id) ?? []),
  };
}
