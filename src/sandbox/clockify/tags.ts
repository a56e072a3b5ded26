import type { SandboxReply } from '../server.ts';
import { flag, objectBody, text } from './body.ts';
import type { Tag, Workspace } from './model.ts';
import { namedItems, pageReply } from './query.ts';
import { missingField, missingRole, nameTaken, notInWorkspace } from './refusals.ts';
import { type Route, type WorkspaceCall, workspaceRoute } from './router.ts';
import { newId, type State } from './state.ts';

export function newTag(workspace: Workspace, name: string, archived = false): Tag {
  const tag: Tag = { id: newId(), name, workspaceId: workspace.id, archived };
  workspace.tags.set(tag.id, tag);
  return tag;
}

function findTag(workspace: Workspace, id: string | undefined): Tag {
  const tag = workspace.tags.get(id ?? '');
  if (tag === undefined) throw notInWorkspace('Tag');
  return tag;
}

function readTag({ request }: WorkspaceCall) {
  const fields = objectBody(request);
  const name = text(fields, 'name', { min: 0, max: 100 });
  if (name === undefined || name === '') throw missingField('name');
  return { name, archived: flag(fields, 'archived') ?? false };
}

function refuseTakenName(workspace: Workspace, name: string, own?: Tag): void {
  const taken = [...workspace.tags.values()].some((other) => other !== own && other.name === name);
  if (taken) throw nameTaken('Tag');
}

function refuseCreation(state: State, { settings }: Workspace): void {
  const open = settings.entityCreationPermissions.whoCanCreateTags === 'EVERYONE';
  if (!state.admin && (settings.onlyAdminsCreateTag || !open)) throw missingRole('tag');
}

function list({ workspace, request }: WorkspaceCall): SandboxReply {
  return pageReply(request, namedItems(request, workspace.tags.values()));
}

function get({ workspace, params }: WorkspaceCall): SandboxReply {
  return { status: 200, body: findTag(workspace, params.id) };
}

function create(call: WorkspaceCall): SandboxReply {
  const { state, workspace } = call;
  refuseCreation(state, workspace);
  const { name } = readTag(call);
  refuseTakenName(workspace, name);
  return { status: 201, body: newTag(workspace, name) };
}

/** A body with a name alone takes the tag out of the archive. */
function update(call: WorkspaceCall): SandboxReply {
  const { workspace, params } = call;
  const tag = findTag(workspace, params.id);
  const { name, archived } = readTag(call);
  refuseTakenName(workspace, name, tag);
  Object.assign(tag, { name, archived });
  return { status: 200, body: tag };
}

function remove({ workspace, params }: WorkspaceCall): SandboxReply {
  const tag = findTag(workspace, params.id);
  workspace.tags.delete(tag.id);
  for (const entry of workspace.entries.values()) {
    const left = entry.tagIds?.filter((id) => id !== tag.id) ?? [];
    entry.tagIds = left.length === 0 ? null : left;
  }
  return { status: 200, body: tag };
}

export const tagRoutes: readonly Route[] = [
  workspaceRoute('GET', '/tags', list),
  workspaceRoute('POST', '/tags', create),
  workspaceRoute('GET', '/tags/{id}', get),
  workspaceRoute('PUT', '/tags/{id}', update),
  workspaceRoute('DELETE', '/tags/{id}', remove),
];
