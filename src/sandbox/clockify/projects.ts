import type { SandboxReply } from '../server.ts';
import { flag, id, objectBody, text } from './body.ts';
import type { Project, Workspace } from './model.ts';
import { contains, flagParameter, namedItems, pageReply, parameter } from './query.ts';
import {
  activeProject,
  malformedField,
  missingField,
  missingRole,
  nameTaken,
  notInWorkspace,
} from './refusals.ts';
import { type Route, type WorkspaceCall, workspaceRoute } from './router.ts';
import { newId, type State } from './state.ts';

const NO_ESTIMATE = { estimate: 'PT0S', type: 'AUTO' };

/** ProjectDtoImplV1; requests say `isPublic`, replies `public`. */
export function projectReply(project: Project) {
  return {
    ...project,
    hourlyRate: null,
    memberships: [],
    estimate: NO_ESTIMATE,
    duration: 'PT0S',
    clientName: '',
    costRate: null,
    timeEstimate: { ...NO_ESTIMATE, resetOption: null, active: false, includeNonBillable: true },
    budgetEstimate: null,
    estimateReset: null,
    template: false,
  };
}

export function newProject(workspace: Workspace, name: string, more: Partial<Project> = {}): Project {
  const project: Project = {
    id: newId(),
    name,
    clientId: '',
    workspaceId: workspace.id,
    billable: workspace.settings.defaultBillableProjects,
    color: '#03A9F4',
    archived: false,
    note: '',
    public: workspace.settings.isProjectPublicByDefault,
    ...more,
  };
  workspace.projects.set(project.id, project);
  return project;
}

function findProject(workspace: Workspace, projectId: string | undefined): Project {
  const project = workspace.projects.get(projectId ?? '');
  if (project === undefined) throw notInWorkspace('Project');
  return project;
}

/** Archived projects hold their names as well. */
function refuseTakenName(workspace: Workspace, name: string, own?: Project): void {
  const taken = [...workspace.projects.values()].some((other) => other !== own && other.name === name);
  if (taken) throw nameTaken('Project');
}

function refuseCreation(state: State, { settings }: Workspace): void {
  const open = settings.entityCreationPermissions.whoCanCreateProjectsAndClients === 'EVERYONE';
  if (!state.admin && (settings.onlyAdminsCreateProject || !open)) throw missingRole('project');
}

function readProject({ request }: WorkspaceCall) {
  const fields = objectBody(request);
  const color = text(fields, 'color');
  if (color !== undefined && !/^#[0-9a-fA-F]{6}$/.test(color)) throw malformedField('color', '#RRGGBB');
  return {
    name: text(fields, 'name', { min: 2, max: 250 }),
    color,
    note: text(fields, 'note', { min: 0, max: 16_384 }),
    clientId: id(fields, 'clientId'),
    billable: flag(fields, 'billable'),
    isPublic: flag(fields, 'isPublic'),
    archived: flag(fields, 'archived'),
  };
}

function list({ workspace, request }: WorkspaceCall): SandboxReply {
  const billable = flagParameter(request, 'billable');
  const fits = (project: Project) => billable === undefined || project.billable === billable;
  const found = namedItems(request, workspace.projects.values()).filter(fits);
  return pageReply(request, found.map(projectReply));
}

function get({ workspace, params }: WorkspaceCall): SandboxReply {
  return { status: 200, body: projectReply(findProject(workspace, params.projectId)) };
}

function create(call: WorkspaceCall): SandboxReply {
  const { state, workspace } = call;
  refuseCreation(state, workspace);
  const { name, isPublic, archived: _, ...given } = readProject(call);
  if (name === undefined) throw missingField('name');
  refuseTakenName(workspace, name);
  const chosen = Object.entries({ ...given, public: isPublic }).filter(([, value]) => value !== undefined);
  return { status: 201, body: projectReply(newProject(workspace, name, Object.fromEntries(chosen))) };
}

/** Left out, `isPublic` and `billable` fall to false; everything else is kept. */
function update(call: WorkspaceCall): SandboxReply {
  const { workspace, params } = call;
  const project = findProject(workspace, params.projectId);
  const given = readProject(call);
  if (given.name !== undefined) refuseTakenName(workspace, given.name, project);
  project.name = given.name ?? project.name;
  project.color = given.color ?? project.color;
  project.note = given.note ?? project.note;
  project.clientId = given.clientId ?? project.clientId;
  project.archived = given.archived ?? project.archived;
  project.billable = given.billable ?? false;
  project.public = given.isPublic ?? false;
  return { status: 200, body: projectReply(project) };
}

function remove({ workspace, params }: WorkspaceCall): SandboxReply {
  const project = findProject(workspace, params.projectId);
  if (!project.archived) throw activeProject();
  workspace.projects.delete(project.id);
  for (const entry of workspace.entries.values()) {
    if (entry.projectId !== project.id) continue;
    entry.projectId = null;
    entry.taskId = null;
  }
  return { status: 200, body: projectReply(project) };
}

function listTasks({ workspace, request, params }: WorkspaceCall): SandboxReply {
  const project = findProject(workspace, params.projectId);
  const name = parameter(request, 'name') ?? '';
  const tasks = [...workspace.tasks.values()].filter(
    (task) => task.projectId === project.id && contains(task.name, name),
  );
  return pageReply(
    request,
    tasks.map((task) => ({ ...task, status: 'ACTIVE', assigneeIds: [], billable: false, duration: 'PT0S' })),
  );
}

export const projectRoutes: readonly Route[] = [
  workspaceRoute('GET', '/projects', list),
  workspaceRoute('POST', '/projects', create),
  workspaceRoute('GET', '/projects/{projectId}', get),
  workspaceRoute('PUT', '/projects/{projectId}', update),
  workspaceRoute('DELETE', '/projects/{projectId}', remove),
  workspaceRoute('GET', '/projects/{projectId}/tasks', listTasks),
];
