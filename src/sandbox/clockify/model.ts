/** What the service stores, in the field names of its replies. */

export interface TimeInterval {
  /** UTC, whole seconds, literal Z. */
  start: string;
  /** Null while the timer runs. */
  end: string | null;
  /** ISO 8601, null while the timer runs. */
  duration: string | null;
}

export interface CustomFieldValue {
  customFieldId: string;
  name: string;
  timeEntryId: string;
  type: string;
  value: unknown;
}

export type EntryType = 'REGULAR' | 'BREAK' | 'HOLIDAY' | 'TIME_OFF';

export interface TimeEntry {
  id: string;
  /** The API writes ''; entries of other origin were seen with null. */
  description: string | null;
  /** Null instead of an empty list. */
  tagIds: string[] | null;
  userId: string;
  billable: boolean;
  taskId: string | null;
  projectId: string | null;
  workspaceId: string;
  timeInterval: TimeInterval;
  customFieldValues: CustomFieldValue[];
  type: EntryType;
  kioskId: null;
  isLocked: boolean;
}

export interface Project {
  id: string;
  name: string;
  clientId: string;
  workspaceId: string;
  billable: boolean;
  color: string;
  archived: boolean;
  note: string;
  public: boolean;
}

export interface Task {
  id: string;
  name: string;
  projectId: string;
}

export interface Tag {
  id: string;
  name: string;
  workspaceId: string;
  archived: boolean;
}

export interface CustomField {
  id: string;
  name: string;
  type: string;
}

export type Weekday = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

export interface AutomaticLock {
  type: 'WEEKLY' | 'MONTHLY' | 'OLDER_THAN';
  /** WEEKLY: the day on which the weeks before the current one close. */
  changeDay?: Weekday;
  /** WEEKLY: the day a week begins with. */
  firstDay?: Weekday;
  /** MONTHLY: the day on which the months before the current one close. */
  dayOfMonth?: number;
  olderThanPeriod?: 'DAYS' | 'WEEKS' | 'MONTHS';
  olderThanValue?: number;
}

export type Creators = 'ADMINS' | 'ADMINS_AND_PROJECT_MANAGERS' | 'EVERYONE';

export interface WorkspaceSettings {
  forceProjects: boolean;
  forceTasks: boolean;
  forceTags: boolean;
  forceDescription: boolean;
  /** Entries that start before this instant are closed. */
  lockTimeEntries: string | null;
  lockTimeZone: string | null;
  automaticLock: AutomaticLock | null;
  timeTrackingMode: 'DEFAULT' | 'STOPWATCH_ONLY';
  onlyAdminsCreateProject: boolean;
  onlyAdminsCreateTag: boolean;
  onlyAdminsCreateTask: boolean;
  entityCreationPermissions: {
    whoCanCreateProjectsAndClients: Creators;
    whoCanCreateTags: Creators;
    whoCanCreateTasks: Creators;
  };
  defaultBillableProjects: boolean;
  isProjectPublicByDefault: boolean;
}

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly settings: WorkspaceSettings;
  readonly entries: Map<string, TimeEntry>;
  readonly projects: Map<string, Project>;
  readonly tasks: Map<string, Task>;
  readonly tags: Map<string, Tag>;
  readonly customFields: Map<string, CustomField>;
}

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

export type Plan = 'free' | 'paid';
export type Language = 'en' | 'es';
