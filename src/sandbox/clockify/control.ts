import type { Handler, LoggedRequest, SandboxReply, SandboxRequest } from '../server.ts';
import type { WorkspaceSettings } from './model.ts';
import { newProject } from './projects.ts';
import { routeName } from './router.ts';
import { routes } from './service.ts';
import type { State } from './state.ts';
import { newTag } from './tags.ts';
import {
  addEntry,
  allEntries,
  deleteEntry,
  type EntryChanges,
  type EntryInput,
  editEntry,
  workspaceOf,
} from './truth.ts';

export interface ControlParts {
  readonly state: State;
  readonly spendQuota: (requests: number) => void;
  readonly requests: () => readonly LoggedRequest[];
}

type Named = { name: string; archived?: boolean; workspaceId?: string };
type Action = (parts: ControlParts, request: SandboxRequest, id: string) => SandboxReply;

function body<T>(request: SandboxRequest): T {
  return JSON.parse(request.body) as T;
}

function counts({ requests }: ControlParts): SandboxReply {
  const counted: Record<string, number> = {};
  for (const request of requests()) {
    const name = routeName(routes, request);
    counted[name] = (counted[name] ?? 0) + 1;
  }
  return { status: 200, body: counted };
}

function changeSettings({ state }: ControlParts, request: SandboxRequest): SandboxReply {
  const { workspaceId, ...changes } = body<Partial<WorkspaceSettings> & { workspaceId?: string }>(request);
  const { settings } = workspaceOf(state, workspaceId);
  return { status: 200, body: Object.assign(settings, changes) };
}

function addProject({ state }: ControlParts, request: SandboxRequest): SandboxReply {
  const { name, archived = false, workspaceId } = body<Named>(request);
  return { status: 201, body: newProject(workspaceOf(state, workspaceId), name, { archived }) };
}

function addTag({ state }: ControlParts, request: SandboxRequest): SandboxReply {
  const { name, archived = false, workspaceId } = body<Named>(request);
  return { status: 201, body: newTag(workspaceOf(state, workspaceId), name, archived) };
}

const actions: Readonly<Record<string, Action>> = {
  'GET entries': ({ state }, request) => {
    const workspaceId = request.query.get('workspaceId') ?? undefined;
    return { status: 200, body: allEntries(state, workspaceId) };
  },
  'POST entries': ({ state }, request) => ({
    status: 201,
    body: addEntry(state, body<EntryInput>(request)),
  }),
  'PATCH entries': ({ state }, request, id) => ({
    status: 200,
    body: editEntry(state, id, body<EntryChanges>(request)),
  }),
  'DELETE entries': ({ state }, _, id) => {
    deleteEntry(state, id);
    return { status: 204 };
  },
  'POST projects': addProject,
  'POST tags': addTag,
  'POST quota': ({ spendQuota }, request) => {
    spendQuota(body<{ spend: number }>(request).spend);
    return { status: 204 };
  },
  'GET requests': counts,
  'POST settings': changeSettings,
};

/** `/_sandbox/…`: the truth, changed from another process. */
export function control(parts: ControlParts): Handler {
  return (request) => {
    const [, , what = '', id = ''] = request.path.split('/');
    const action = actions[`${request.method} ${what}`];
    if (action === undefined)
      return { status: 404, body: { message: `no ${request.method} ${request.path}` } };
    try {
      return action(parts, request, id);
    } catch (error) {
      return { status: 400, body: { message: error instanceof Error ? error.message : String(error) } };
    }
  };
}
