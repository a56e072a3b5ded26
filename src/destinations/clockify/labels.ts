import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { DeclinedError } from '../../core/destination.ts';
import { UsageError } from '../../core/errors.ts';
import type { Facts } from '../../store/facts.ts';
import { type Api, understood } from './api.ts';
import type { ClockifyConfig } from './config.ts';
import { SOURCE } from './name.ts';
import { factsScope, REMEMBERED } from './workspace.ts';

/** The names that entries are to be put under. */
export interface Naming {
  readonly project: string;
  readonly tags: readonly string[];
  /** Whether new entries, and a project made for them, are billable. */
  readonly billable: boolean;
}

/** The project and tags that entries are put under, by id. */
export interface Labels {
  /** undefined: it does not exist yet. */
  readonly projectId: string | undefined;
  readonly tagIds: readonly string[];
  /** Tags that do not exist yet. */
  readonly missingTags: readonly string[];
}

const named = z.looseObject({ id: z.string(), name: z.string(), archived: z.boolean().nullish() });
const remembered = z.object({ projectId: z.string(), tagIds: z.array(z.string()) });

export interface LabelsOptions {
  readonly api: Api;
  readonly facts: Facts;
  readonly config: ClockifyConfig;
  readonly naming: Naming;
  readonly clock: Clock;
  readonly workspaceId: string;
  /** What is remembered will do, however old it is. */
  readonly believe?: boolean;
  /** Ask, whatever is remembered. */
  readonly fresh?: true;
}

/** Two requests at most (one without tags), or none while the ids are remembered. */
export async function readLabels(options: LabelsOptions): Promise<Labels> {
  const { facts, config, clock } = options;
  const known = remembered.safeParse(
    facts.get(factsScope(config), factName(options), options.believe === true ? 0 : clock.now() - REMEMBERED),
  );
  if (known.success && options.fresh !== true) return { ...known.data, missingTags: [] };
  const labels = await ask(options);
  if (labels.projectId !== undefined && labels.missingTags.length === 0) remember(options, labels);
  return labels;
}

/** The names belong to it: with another project or tag configured, nothing is remembered. */
function factName({ workspaceId, naming }: LabelsOptions): string {
  return `labels ${JSON.stringify([workspaceId, naming.project, naming.tags])}`;
}

function remember(options: LabelsOptions, labels: Labels): void {
  options.facts.put(factsScope(options.config), factName(options), labels, options.clock.now());
}

async function ask(options: LabelsOptions): Promise<Labels> {
  const projectId = await findProject(options);
  const { tags: names } = options.naming;
  const tags = names.length === 0 ? [] : await listTags(options);
  const found = names.map((tag) => ({ tag, id: tags.find(({ name }) => name === tag)?.id }));
  return {
    projectId,
    tagIds: found.flatMap(({ id }) => (id === undefined ? [] : [id])),
    missingTags: found.filter(({ id }) => id === undefined).map(({ tag }) => tag),
  };
}

/** Makes what is missing, a request each. Throws UsageError where the workspace does not let this user. */
export async function makeMissing(options: LabelsOptions, labels: Labels): Promise<Labels> {
  const projectId = labels.projectId ?? (await createProject(options));
  const tagIds = [...labels.tagIds];
  for (const tag of labels.missingTags) tagIds.push(await createTag(options, tag));
  const complete = { projectId, tagIds, missingTags: [] };
  remember(options, complete);
  return complete;
}

async function findProject({ api, naming, workspaceId }: LabelsOptions): Promise<string | undefined> {
  const reply = await api.client.get(`/workspaces/${workspaceId}/projects`, {
    name: naming.project,
    'strict-name-search': 'true',
    page: 1,
    'page-size': 200,
  });
  const same = understood(reply, z.array(named), 'GET projects').filter(
    ({ name }) => name === naming.project,
  );
  const active = same.find(({ archived }) => archived !== true);
  if (active !== undefined || same.length === 0) return active?.id;
  throw new UsageError(`${SOURCE}: the project "${naming.project}" is archived`, {
    source: SOURCE,
    hint: 'Restore it in Clockify, or set another name: clockify.project, or project of its rule.',
  });
}

async function createProject({ api, naming, workspaceId }: LabelsOptions): Promise<string> {
  await api.client.admit();
  try {
    const body = { name: naming.project, color: '#3F51B5', isPublic: false, billable: naming.billable };
    const reply = await api.client.write('POST', `/workspaces/${workspaceId}/projects`, {}, body);
    return understood(reply, named, 'POST projects').id;
  } catch (error) {
    throw notAllowed(error, `the project "${naming.project}"`);
  }
}

async function listTags({ api, workspaceId }: LabelsOptions): Promise<z.infer<typeof named>[]> {
  const query = { archived: 'false', page: 1, 'page-size': 5000 };
  const reply = await api.client.get(`/workspaces/${workspaceId}/tags`, query);
  return understood(reply, z.array(named), 'GET tags');
}

async function createTag({ api, workspaceId }: LabelsOptions, name: string): Promise<string> {
  await api.client.admit();
  try {
    const reply = await api.client.write('POST', `/workspaces/${workspaceId}/tags`, {}, { name });
    return understood(reply, named, 'POST tags').id;
  } catch (error) {
    throw notAllowed(error, `the tag "${name}"`);
  }
}

function notAllowed(error: unknown, what: string): unknown {
  if (!(error instanceof DeclinedError)) return error;
  return new UsageError(`${SOURCE}: ${what} does not exist and could not be made`, {
    source: SOURCE,
    hint: 'Make it in Clockify, or ask an administrator of the workspace to.',
    cause: error,
  });
}
