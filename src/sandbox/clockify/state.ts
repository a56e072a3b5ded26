import { duration, instantText } from './instants.ts';
import type { Language, Plan, TimeEntry, TimeInterval, User, Workspace, WorkspaceSettings } from './model.ts';

export interface State {
  readonly now: () => number;
  /** IANA, the zone of the user's profile. */
  zone: string;
  readonly plan: Plan;
  readonly language: Language;
  readonly admin: boolean;
  readonly apiKey: string;
  readonly user: User;
  /** The others in every workspace. */
  readonly colleagues: User[];
  /** Whether only an admin sees the others; nobody has recorded what the service wants. */
  readonly hidesUsers: boolean;
  readonly workspaces: Map<string, Workspace>;
  normaliseDescription(text: string): string;
}

let issued = 0;

/** 24 hex digits, never the same twice in a process. */
export function newId(): string {
  issued += 1;
  return `64c777dd${issued.toString(16).padStart(16, '0')}`;
}

/** A workspace in which an ordinary member may do everything. */
export function openSettings(): WorkspaceSettings {
  return {
    forceProjects: false,
    forceTasks: false,
    forceTags: false,
    forceDescription: false,
    lockTimeEntries: null,
    lockTimeZone: null,
    automaticLock: null,
    timeTrackingMode: 'DEFAULT',
    onlyAdminsCreateProject: false,
    onlyAdminsCreateTag: false,
    onlyAdminsCreateTask: false,
    entityCreationPermissions: {
      whoCanCreateProjectsAndClients: 'EVERYONE',
      whoCanCreateTags: 'EVERYONE',
      whoCanCreateTasks: 'EVERYONE',
    },
    defaultBillableProjects: false,
    isProjectPublicByDefault: true,
  };
}

export function newWorkspace(name: string, settings: Partial<WorkspaceSettings>): Workspace {
  return {
    id: newId(),
    name,
    settings: { ...openSettings(), ...settings },
    entries: new Map(),
    projects: new Map(),
    tasks: new Map(),
    tags: new Map(),
    customFields: new Map(),
  };
}

export function interval(start: number, end: number | null): TimeInterval {
  if (end === null) return { start: instantText(start), end: null, duration: null };
  return { start: instantText(start), end: instantText(end), duration: duration(end - start) };
}

/** Everybody has a timer of their own. */
export function runningEntry(workspace: Workspace, userId: string): TimeEntry | undefined {
  return [...workspace.entries.values()].find(
    (entry) => entry.timeInterval.end === null && entry.userId === userId,
  );
}

/** Newest start first; the later made of two equal ones before the earlier. */
export function newestFirst(workspace: Workspace): TimeEntry[] {
  // Every stored time has one width and zone, so text order is time order.
  const start = (entry: TimeEntry) => entry.timeInterval.start;
  return [...workspace.entries.values()]
    .reverse()
    .sort((a, b) => (start(a) === start(b) ? 0 : start(a) < start(b) ? 1 : -1));
}
