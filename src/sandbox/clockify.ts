import { control } from './clockify/control.ts';
import { BATCH } from './clockify/entries.ts';
import type {
  CustomField,
  Language,
  Plan,
  Project,
  Tag,
  Task,
  TimeEntry,
  User,
  Workspace,
  WorkspaceSettings,
} from './clockify/model.ts';
import { newProject } from './clockify/projects.ts';
import { Quota, type QuotaOptions } from './clockify/quota.ts';
import { service } from './clockify/service.ts';
import { newId, newWorkspace, type State } from './clockify/state.ts';
import { newTag } from './clockify/tags.ts';
import {
  addCustomField,
  addEntry,
  addTask,
  allEntries,
  deleteEntry,
  type EntryChanges,
  type EntryInput,
  editEntry,
  workspaceOf,
} from './clockify/truth.ts';
import { type LoggedRequest, type SandboxServer, serve } from './server.ts';

export type { EntryChanges, EntryInput, Project, Tag, Task, TimeEntry, WorkspaceSettings };

export interface ClockifySandboxOptions extends QuotaOptions {
  readonly now: () => number;
  readonly port?: number;
  /** The profile's time zone, IANA. Default Europe/Berlin. */
  readonly zone?: string;
  /** Default paid. */
  readonly plan?: Plan;
  readonly apiKey?: string;
  /** How many; default 1. */
  readonly workspaces?: number;
  /** Of every workspace; by default nothing is forced, locked or kept for admins. */
  readonly settings?: Partial<WorkspaceSettings>;
  /** Whether the key's owner is an admin, who passes locks and creation rights. Default false. */
  readonly admin?: boolean;
  /** Whether only an admin sees who else is there. Default false. */
  readonly hidesUsers?: boolean;
  /** Of the messages in refusals. Default en. */
  readonly language?: Language;
}

export interface ClockifySandbox extends SandboxServer {
  readonly apiKey: string;
  readonly userId: string;
  /** The first is the active and the default one; every method below means it unless told otherwise. */
  readonly workspaceIds: string[];
  /** What is stored, newest start first. */
  entries(workspaceId?: string): TimeEntry[];
  addEntry(input: EntryInput): TimeEntry;
  editEntry(id: string, changes: EntryChanges): TimeEntry;
  deleteEntry(id: string): void;
  lockEntry(id: string): void;
  /** Starts now, or at the start given. */
  startTimer(input?: Partial<EntryInput>): TimeEntry;
  addProject(name: string, more?: Partial<Project>): Project;
  addTask(projectId: string, name: string): Task;
  addTag(name: string, more?: { archived?: boolean; workspaceId?: string }): Tag;
  /** Somebody else in every workspace. */
  addColleague(name: string): User;
  addCustomField(name: string, type?: string): CustomField;
  /** To be changed in place. */
  settings(workspaceId?: string): WorkspaceSettings;
  /** As if another tool had sent that many requests just now. */
  spendQuota(requests: number, workspaceId?: string): void;
  /** What the service makes of a description before it stores it; trims unless replaced. */
  normaliseDescription: (text: string) => string;
  /** Every request that meant to change something; the batch read is a POST but no write. */
  writes(): LoggedRequest[];
}

function newState(options: ClockifySandboxOptions): State {
  const made = Array.from({ length: options.workspaces ?? 1 }, (_, index) =>
    newWorkspace(`Sandbox workspace ${index + 1}`, structuredClone(options.settings ?? {})),
  );
  return {
    now: options.now,
    zone: options.zone ?? 'Europe/Berlin',
    plan: options.plan ?? 'paid',
    language: options.language ?? 'en',
    admin: options.admin ?? false,
    apiKey: options.apiKey ?? 'c2FuZGJveC1jbG9ja2lmeS1rZXk',
    user: { id: newId(), email: 'sandbox@example.com', name: 'Sandbox User' },
    colleagues: [],
    hidesUsers: options.hidesUsers ?? false,
    workspaces: new Map(made.map((workspace) => [workspace.id, workspace])),
    normaliseDescription: (text) => text.trim(),
  };
}

function truthOf(state: State, quota: Quota) {
  const first: Workspace = workspaceOf(state);
  return {
    entries: (workspaceId?: string) => allEntries(state, workspaceId),
    addEntry: (input: EntryInput) => addEntry(state, input),
    editEntry: (id: string, changes: EntryChanges) => editEntry(state, id, changes),
    deleteEntry: (id: string) => deleteEntry(state, id),
    lockEntry: (id: string) => void editEntry(state, id, { isLocked: true }),
    startTimer: (input: Partial<EntryInput> = {}) =>
      addEntry(state, { start: new Date(state.now()).toISOString(), ...input }),
    addProject: (name: string, more: Partial<Project> = {}) =>
      newProject(workspaceOf(state, more.workspaceId), name, more),
    addTask: (projectId: string, name: string) => addTask(first, projectId, name),
    addTag: (name: string, more: { archived?: boolean; workspaceId?: string } = {}) =>
      newTag(workspaceOf(state, more.workspaceId), name, more.archived),
    addColleague: (name: string) => {
      const colleague = { id: newId(), email: `${name.toLowerCase()}@example.com`, name };
      state.colleagues.push(colleague);
      return colleague;
    },
    addCustomField: (name: string, type = 'TXT') => addCustomField(first, name, type),
    settings: (workspaceId?: string) => workspaceOf(state, workspaceId).settings,
    spendQuota: (requests: number, workspaceId?: string) =>
      quota.spend(workspaceOf(state, workspaceId).id, requests, state.now()),
  };
}

/** A strict imitation of Clockify's REST API, below `/api/v1`. */
export async function startClockify(options: ClockifySandboxOptions): Promise<ClockifySandbox> {
  const state = newState(options);
  const quota = new Quota(state.plan, options);
  const truth = truthOf(state, quota);
  const requests = (): readonly LoggedRequest[] => server.requests;
  const server: SandboxServer = await serve({
    now: options.now,
    ...(options.port === undefined ? {} : { port: options.port }),
    handler: service(state, quota),
    control: control({ state, spendQuota: truth.spendQuota, requests, faults: () => server.faults }),
  });
  return {
    ...server,
    ...truth,
    apiKey: state.apiKey,
    userId: state.user.id,
    workspaceIds: [...state.workspaces.keys()],
    get normaliseDescription() {
      return state.normaliseDescription;
    },
    set normaliseDescription(change) {
      state.normaliseDescription = change;
    },
    writes: () => server.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith(BATCH)),
  };
}
