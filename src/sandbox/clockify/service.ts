import type { Handler, SandboxReply, SandboxRequest } from '../server.ts';
import { authenticate } from './auth.ts';
import { entryReads } from './entries.ts';
import { entryWrites } from './entryWrites.ts';
import { projectRoutes } from './projects.ts';
import type { Quota } from './quota.ts';
import { Refusal } from './refusals.ts';
import { findRoute, type Route } from './router.ts';
import type { State } from './state.ts';
import { tagRoutes } from './tags.ts';
import { workspaceRoutes } from './workspace.ts';

export const routes: readonly Route[] = [
  ...workspaceRoutes,
  ...entryReads,
  ...entryWrites,
  ...projectRoutes,
  ...tagRoutes,
];

/** Requests that name no workspace of the user burden the default one. */
export function burdenedWorkspace(state: State, path: string): string {
  const named = /^\/api\/v1\/workspaces\/([^/]+)/.exec(path)?.[1] ?? '';
  return state.workspaces.has(named) ? named : ([...state.workspaces.keys()][0] ?? '');
}

function answer(state: State, quota: Quota, request: SandboxRequest): SandboxReply {
  authenticate(request, state.apiKey);
  const exhausted = quota.take(burdenedWorkspace(state, request.path), request.at);
  if (exhausted !== undefined) return exhausted;
  const { route, params } = findRoute(routes, request);
  return route.handle({ state, request, params });
}

export function service(state: State, quota: Quota): Handler {
  return (request) => {
    try {
      return answer(state, quota, request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: { message: error.texts[state.language], code: error.code } };
    }
  };
}
