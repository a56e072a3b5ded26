import type { Clock } from '../core/clock.ts';
import { oneLine } from '../core/config/suggestions.ts';
import type { Destination } from '../core/destination.ts';
import { UsageError } from '../core/errors.ts';
import type { Style } from '../core/push/step.ts';
import type { Wire } from '../http/wire.ts';
import type { Store } from '../store/store.ts';
import { openApi } from './clockify/api.ts';
import type { ClockifyConfig } from './clockify/config.ts';
import { createEntry, deleteEntries, listEntries, readEntry, updateEntry } from './clockify/entries.ts';
import { type Labels, makeMissing, type Naming, readLabels } from './clockify/labels.ts';
import { SOURCE } from './clockify/name.ts';
import { mainRule, type RuleSettings } from './clockify/settings.ts';
import { styleOf } from './clockify/style.ts';
import {
  type Account,
  askAccount,
  brokenRules,
  chooseWorkspace,
  factsScope,
  perHour,
  rememberedAccount,
  type Workspace,
} from './clockify/workspace.ts';

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

/** The person's workspace; every rule writes there under names of its own. */
export interface ClockifyWorkspace {
  readonly target: string;
  readonly account: Account;
  readonly workspace: Workspace;
  readonly list: Destination['list'];
  readonly pace: Destination['pace'];
  /** `style`: how sessions become entries by the settings. `word`: the word in their marker. */
  style(settings: RuleSettings, word: string, labels: () => Labels | undefined): Style;
  under(naming: Naming, title?: string): Under;
}

/** Where entries are put under one project and its tags. */
export interface Under {
  readonly destination: Destination;
  /** undefined before they are settled. */
  readonly labels: Labels | undefined;
  /**
   * Settles the project and tags, once, with as few requests as are not remembered, and refuses before the first write
   * where the workspace's rules would refuse it. Throws UsageError.
   */
  settle(): Promise<Labels>;
}

export interface Clockify {
  readonly destination: Destination;
  readonly labels: Labels;
  readonly account: Account;
  readonly workspace: Workspace;
  /** How sleep becomes entries there. `word` is the marker of its provider. */
  style(word: string): Style;
}

const NO_LABELS: Labels = { projectId: undefined, tagIds: [], missingTags: [] };

/** Settles who and where. Throws UsageError (workspace), AuthError (key), TemporaryError (window closed, network). */
export async function openWorkspace(options: OpenOptions): Promise<ClockifyWorkspace> {
  const { config, store, clock } = options;
  const api = openApi({ ...options, windows: store.windows });
  const { facts } = store;
  let remembered = rememberedAccount(facts, config, clock, options.readOnly);
  let account = remembered ?? (await askAccount(api, facts, config, clock));
  let workspace = chooseWorkspace(account, config);
  api.limitPerHour(perHour(workspace));

  const refuseBroken = async (naming: Naming) => {
    if (options.onlyRemoves === true) return;
    if (remembered !== undefined && brokenRules(workspace, naming).length > 0) {
      // What is remembered may be a week old, and the person may just have changed it as told.
      account = await askAccount(api, facts, config, clock);
      workspace = chooseWorkspace(account, config);
      remembered = undefined;
    }
    const broken = brokenRules(workspace, naming);
    if (broken.length === 0) return;
    throw new UsageError(
      `${SOURCE}: the workspace "${oneLine(workspace.name)}" does not take such entries: ${broken.join('; ')}`,
      {
        source: SOURCE,
        hint: 'Change the workspace’s settings, or choose another one: clockify.workspace_id.',
      },
    );
  };

  const place = { workspaceId: workspace.id, userId: account.userId };
  const list: Destination['list'] = (from, to) => listEntries(api, place, from, to);
  const pace: Destination['pace'] = () => ({
    opensAt: api.gate.opensAt(),
    perHour: config.requests_per_hour ?? perHour(workspace),
  });

  return {
    target: `${place.workspaceId}/${place.userId}`,
    get account() {
      return account;
    },
    get workspace() {
      return workspace;
    },
    list,
    pace,
    style: (settings, word, labels) =>
      styleOf({ settings, account, workspace, now: clock.now(), labels })(word),
    under: (naming, title = 'Clockify') => {
      const wanted = {
        api,
        facts,
        config,
        naming,
        clock,
        workspaceId: workspace.id,
        believe: options.readOnly,
      };
      let labels: Labels | undefined;
      const settle = async () => {
        if (labels === undefined) await refuseBroken(naming);
        labels ??= options.onlyRemoves === true ? NO_LABELS : await readLabels(wanted);
        return labels;
      };
      const entryStyle = () => ({ ...NO_LABELS, ...labels, billable: naming.billable });
      const destination: Destination = {
        id: SOURCE,
        title,
        target: `${place.workspaceId}/${place.userId}`,
        list,
        read: (id) => readEntry(api, place, id),
        // Nothing is made before there is something to write and, the first time, before a person agreed to it.
        begin: async () => {
          const known = await settle();
          const isComplete = known.projectId !== undefined && known.missingTags.length === 0;
          if (!isComplete) labels = await makeMissing(wanted, known);
        },
        admit: () => api.client.admit(),
        create: (entry) => createEntry(api, place, entry, entryStyle()),
        update: (entry, change) => updateEntry(api, place, entry, change, entryStyle()),
        remove: (ids) => deleteEntries(api, place, ids),
        pace,
        refresh: async () => {
          const before = JSON.stringify(labels);
          facts.forget(factsScope(config));
          labels = await makeMissing(wanted, await readLabels(wanted));
          return JSON.stringify(labels) !== before;
        },
      };
      return {
        destination,
        get labels() {
          return labels;
        },
        settle,
      };
    },
  };
}

/** The workspace with what sleep is put under. Throws like `openWorkspace` and its `under`. */
export async function openClockify(options: OpenOptions): Promise<Clockify> {
  const place = await openWorkspace(options);
  const main = mainRule(options.config);
  const under = place.under(main);
  const settled = await under.settle();
  const { account, workspace } = place;
  return {
    destination: under.destination,
    account,
    workspace,
    get labels() {
      return under.labels ?? settled;
    },
    style: (word) => place.style(main, word, () => under.labels),
  };
}
