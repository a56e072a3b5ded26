import type { Clock } from '../core/clock.ts';
import type { Destination } from '../core/destination.ts';
import { UsageError } from '../core/errors.ts';
import type { Style } from '../core/push/step.ts';
import type { Wire } from '../http/wire.ts';
import type { Store } from '../store/store.ts';
import { openApi, SOURCE } from './clockify/api.ts';
import type { ClockifyConfig } from './clockify/config.ts';
import { createEntry, deleteEntries, listEntries, readEntry, updateEntry } from './clockify/entries.ts';
import { type Labels, makeMissing, readLabels } from './clockify/labels.ts';
import {
  type Account,
  askAccount,
  brokenRules,
  chooseWorkspace,
  factsScope,
  lockedBefore,
  perHour,
  rememberedAccount,
  type Workspace,
} from './clockify/workspace.ts';

export const CLOCKIFY = SOURCE;

/** Which sessions become time entries. */
export const PUSHED = { provider: 'oura', resource: 'sleep' };

export interface OpenOptions {
  readonly config: ClockifyConfig;
  readonly store: Store;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Sleep through closed request windows instead of ending. */
  readonly wait: boolean;
  /** Only look: nothing is made there. */
  readonly readOnly: boolean;
  /** Entries are only taken away, so neither the rules for new ones nor the project matter. */
  readonly onlyRemoves?: true;
}

export interface Clockify {
  readonly destination: Destination;
  readonly account: Account;
  readonly workspace: Workspace;
  readonly labels: Labels;
  /** How sessions become entries there. `word` is the marker of the sessions' provider. */
  style(word: string): Style;
}

const NO_LABELS: Labels = { projectId: undefined, tagIds: [], missingTags: [] };

/**
 * Settles who, where and under which project, with as few requests as are not remembered, and refuses before the first
 * write where the workspace's rules would refuse it.
 * Throws UsageError (workspace, rules, project), AuthError (key), TemporaryError (window closed, network).
 */
export async function openClockify(options: OpenOptions): Promise<Clockify> {
  const { config, store, clock } = options;
  const api = openApi({ ...options, windows: store.windows });
  const { facts } = store;
  const remembered = rememberedAccount(facts, config, clock, options.readOnly);
  let account = remembered ?? (await askAccount(api, facts, config, clock));
  let workspace = chooseWorkspace(account, config);
  api.limitPerHour(perHour(workspace));
  const rules = () => (options.onlyRemoves === true ? [] : brokenRules(workspace, config));
  if (remembered !== undefined && rules().length > 0) {
    // What is remembered may be a week old, and the person may just have changed it as told.
    account = await askAccount(api, facts, config, clock);
    workspace = chooseWorkspace(account, config);
  }
  const broken = rules();
  if (broken.length > 0) {
    throw new UsageError(
      `${SOURCE}: the workspace "${workspace.name}" does not take such entries: ${broken.join('; ')}`,
      {
        source: SOURCE,
        hint: 'Change the workspace’s settings, or choose another one: clockify.workspace_id.',
      },
    );
  }
  const place = { workspaceId: workspace.id, userId: account.userId };
  const wanted = { api, facts, config, clock, workspaceId: workspace.id, believe: options.readOnly };
  let labels = options.onlyRemoves === true ? NO_LABELS : await readLabels(wanted);
  const entryStyle = () => ({
    projectId: labels.projectId,
    tagIds: labels.tagIds,
    billable: config.billable,
  });

  const destination: Destination = {
    id: SOURCE,
    title: 'Clockify',
    target: `${workspace.id}/${account.userId}`,
    list: (from, to) => listEntries(api, place, from, to),
    read: (id) => readEntry(api, place, id),
    // Nothing is made before there is something to write and, the first time, before a person agreed to it.
    begin: async () => {
      const isComplete = labels.projectId !== undefined && labels.missingTags.length === 0;
      if (!isComplete) labels = await makeMissing(wanted, labels);
    },
    admit: () => api.client.admit(),
    create: (wanted) => createEntry(api, place, wanted, entryStyle()),
    update: (entry, wanted) => updateEntry(api, place, entry, wanted, entryStyle()),
    remove: (ids) => deleteEntries(api, place, ids),
    pace: () => ({ opensAt: api.gate.opensAt(), perHour: config.requests_per_hour ?? perHour(workspace) }),
    refresh: async () => {
      const before = JSON.stringify(labels);
      facts.forget(factsScope(config));
      labels = await makeMissing(wanted, await readLabels(wanted));
      return JSON.stringify(labels) !== before;
    },
  };
  const style = styleOf({ config, account, workspace, now: clock.now(), projectId: () => labels.projectId });
  return {
    destination,
    account,
    workspace,
    get labels() {
      return labels;
    },
    style,
  };
}

export interface StyleSources {
  readonly config: ClockifyConfig;
  readonly account: Account;
  readonly workspace: Workspace;
  /** UTC epoch milliseconds. */
  readonly now: number;
  /** Asked each time: a refusal may have led to another one. */
  readonly projectId: () => string | undefined;
}

/** How sessions become entries there, given the word in the marker of the sessions' provider. */
export function styleOf({
  config,
  account,
  workspace,
  now,
  projectId,
}: StyleSources): (word: string) => Style {
  return (word) => ({
    word,
    template: config.description,
    types: config.types,
    minMinutes: config.min_minutes,
    startDate: config.start_date === 'all' ? undefined : config.start_date,
    get projectId() {
      return projectId();
    },
    lockedBefore: lockedBefore(workspace, account.zone, now),
  });
}
