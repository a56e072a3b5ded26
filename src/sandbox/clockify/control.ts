import type { Faults } from '../faults.ts';
import type { Handler, LoggedRequest, SandboxReply, SandboxRequest } from '../server.ts';
import { type FaultOrder, orderFault } from '../wires.ts';
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
  readonly faults: () => Faults;
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

/** `count` of them are numbered: a workspace of years has a thousand. */
function addProject({ state }: ControlParts, request: SandboxRequest): SandboxReply {
  const { name, archived = false, workspaceId, count } = body<Named & { count?: number }>(request);
  const workspace = workspaceOf(state, workspaceId);
  if (count === undefined) return { status: 201, body: newProject(workspace, name, { archived }) };
  const made = Array.from({ length: count }, (_, index) =>
    newProject(workspace, `${name} ${index + 1}`, { archived }),
  );
  return { status: 201, body: made };
}

function changeProfile({ state }: ControlParts, request: SandboxRequest): SandboxReply {
  const { zone } = body<{ zone: string }>(request);
  // Throws for a zone that does not exist.
  new Intl.DateTimeFormat('en', { timeZone: zone });
  state.zone = zone;
  return { status: 200, body: { zone } };
}

function addFault({ faults, state }: ControlParts, request: SandboxRequest): SandboxReply {
  type Order = FaultOrder & { readonly put?: EntryInput; readonly remove?: string };
  const order = body<Order>(request);
  const { put, remove } = order;
  const change =
    put === undefined ? remove && (() => deleteEntry(state, remove)) : () => void addEntry(state, put);
  orderFault(faults(), order, change || undefined);
  return { status: 204 };
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
  'POST profile': changeProfile,
  'POST faults': addFault,
  'POST calm': ({ faults }) => {
    faults().clear();
    return { status: 204 };
  },
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
