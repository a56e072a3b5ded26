import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Workspace } from './model.ts';
import { accessDenied, unknownRoute, wrongMethod } from './refusals.ts';
import type { State } from './state.ts';

export interface Call {
  readonly state: State;
  readonly request: SandboxRequest;
  /** The values in the path, by the names of the pattern. */
  readonly params: Readonly<Record<string, string>>;
}

export interface WorkspaceCall extends Call {
  readonly workspace: Workspace;
}

export interface Route {
  readonly method: string;
  /** Below `/api`, `{name}` for a value, as the official document writes it. */
  readonly pattern: string;
  readonly handle: (call: Call) => SandboxReply;
}

const PREFIX = '/api';
const WORKSPACE = '/v1/workspaces/{workspaceId}';

/** A route below one workspace, closed to those who are not in it. */
export function workspaceRoute(
  method: string,
  rest: string,
  handle: (call: WorkspaceCall) => SandboxReply,
): Route {
  return {
    method,
    pattern: `${WORKSPACE}${rest}`,
    handle: (call) => {
      const workspace = call.state.workspaces.get(call.params.workspaceId ?? '');
      if (workspace === undefined) throw accessDenied();
      return handle({ ...call, workspace });
    },
  };
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith('{') && value !== '') params[part.slice(1, -1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

interface Found {
  readonly route: Route;
  readonly params: Record<string, string>;
}

function candidates(routes: readonly Route[], path: string): Found[] {
  if (!path.startsWith(`${PREFIX}/`)) return [];
  return routes.flatMap((route) => {
    const params = match(route.pattern, path.slice(PREFIX.length));
    return params === undefined ? [] : [{ route, params }];
  });
}

/** Literal routes stand before those with a value in the same place. */
export function findRoute(routes: readonly Route[], request: SandboxRequest): Found {
  const found = candidates(routes, request.path);
  if (found.length === 0) throw unknownRoute(request.path.replace(`${PREFIX}/`, '').replace(/^\//, ''));
  const allowed = found.find(({ route }) => route.method === request.method);
  if (allowed === undefined) throw wrongMethod(request.method);
  return allowed;
}

/** The pattern of a logged request, its path where no route fits. */
export function routeName(routes: readonly Route[], request: SandboxRequest): string {
  const found = candidates(routes, request.path);
  const fitting = found.find(({ route }) => route.method === request.method) ?? found[0];
  return `${request.method} ${fitting?.route.pattern ?? request.path}`;
}
