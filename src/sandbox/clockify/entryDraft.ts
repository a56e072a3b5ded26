import { type Fields, flag, id, ids, instant, isFields, list, oneOf, text } from './body.ts';
import { instantText } from './instants.ts';
import type { CustomFieldValue, TimeEntry, Workspace } from './model.ts';
import {
  malformedField,
  missingField,
  notInPlan,
  notInWorkspace,
  requiredOfEntry,
  startAfterEnd,
} from './refusals.ts';
import { interval, type State } from './state.ts';

export interface EntryDraft {
  /** UTC epoch milliseconds, both. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly description: string;
  readonly projectId: string | null;
  readonly taskId: string | null;
  readonly tagIds: string[] | null;
  readonly billable: boolean;
  readonly type: 'REGULAR' | 'BREAK';
  readonly customFieldValues: readonly Omit<CustomFieldValue, 'timeEntryId'>[];
}

const SOURCES = ['WORKSPACE', 'PROJECT', 'TIMEENTRY'] as const;

function customFieldValues(fields: Fields, state: State, workspace: Workspace) {
  const values = list(fields, 'customFields', 50);
  if (values.length > 0 && state.plan === 'free') throw notInPlan();
  return values.map((value) => {
    if (!isFields(value)) throw malformedField('customFields', 'a list of objects');
    oneOf(value, 'sourceType', SOURCES);
    const customFieldId = id(value, 'customFieldId');
    if (customFieldId === undefined) throw missingField('customFieldId');
    const field = workspace.customFields.get(customFieldId);
    if (field === undefined) throw notInWorkspace('Custom field');
    return { customFieldId, name: field.name, type: field.type, value: value.value ?? null };
  });
}

function checkAttributes(fields: Fields): void {
  // Write-only: no reply shows them again.
  for (const attribute of list(fields, 'customAttributes', 10)) {
    if (!isFields(attribute)) throw malformedField('customAttributes', 'a list of objects');
  }
}

function checkReferences(draft: EntryDraft, workspace: Workspace): void {
  if (draft.projectId !== null && !workspace.projects.has(draft.projectId)) throw notInWorkspace('Project');
  if (draft.taskId !== null) {
    const task = workspace.tasks.get(draft.taskId);
    if (task === undefined || task.projectId !== draft.projectId) throw notInWorkspace('Task');
  }
  if (draft.tagIds?.some((tag) => !workspace.tags.has(tag))) throw notInWorkspace('Tag');
}

/** A body read and checked by itself; what is left out takes the value of an empty entry. */
export function readDraft(fields: Fields, state: State, workspace: Workspace): EntryDraft {
  const start = instant(fields, 'start');
  const end = instant(fields, 'end');
  const tagIds = [...new Set(ids(fields, 'tagIds'))];
  checkAttributes(fields);
  const draft: EntryDraft = {
    start,
    end,
    description: state.normaliseDescription(text(fields, 'description', { min: 0, max: 3000 }) ?? ''),
    projectId: id(fields, 'projectId') ?? null,
    taskId: id(fields, 'taskId') ?? null,
    tagIds: tagIds.length === 0 ? null : tagIds,
    billable: flag(fields, 'billable') ?? false,
    type: oneOf(fields, 'type', ['REGULAR', 'BREAK']) ?? 'REGULAR',
    customFieldValues: customFieldValues(fields, state, workspace),
  };
  if (start !== undefined && end !== undefined) refuseBackwards(start, end);
  checkReferences(draft, workspace);
  return draft;
}

export function refuseBackwards(start: number, end: number): void {
  if (start > end) throw startAfterEnd(instantText(start), instantText(end));
}

type Required = Pick<TimeEntry, 'projectId' | 'taskId' | 'tagIds' | 'description'>;

/** What the workspace wants of a finished entry; a running timer may still lack it. */
export function refuseIncomplete({ settings }: Workspace, entry: Required): void {
  // An archived project passes, whatever the text of the refusal says.
  if (settings.forceProjects && entry.projectId === null) throw requiredOfEntry('Project');
  if (settings.forceTasks && entry.taskId === null) throw requiredOfEntry('Task');
  if (settings.forceTags && entry.tagIds === null) throw requiredOfEntry('Tag');
  if (settings.forceDescription && !entry.description?.trim()) throw requiredOfEntry('Description');
}

/** The entry a draft makes; nothing of an earlier entry but its id survives. */
export function entryOf(
  draft: EntryDraft,
  known: { id: string; userId: string; workspaceId: string; start: number; end: number | null },
): TimeEntry {
  return {
    id: known.id,
    description: draft.description,
    tagIds: draft.tagIds,
    userId: known.userId,
    billable: draft.billable,
    taskId: draft.taskId,
    projectId: draft.projectId,
    workspaceId: known.workspaceId,
    timeInterval: interval(known.start, known.end),
    customFieldValues: draft.customFieldValues.map((value) => ({ ...value, timeEntryId: known.id })),
    type: draft.type,
    kioskId: null,
    isLocked: false,
  };
}
