import type { Config } from '../../core/config.ts';
import { ProgramError, TemporaryError } from '../../core/errors.ts';
import type { AnyProvider } from '../../core/provider.ts';
import { type Api, openApi } from '../../destinations/clockify/api.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { readLabels } from '../../destinations/clockify/labels.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import {
  type Account,
  askAccount,
  brokenRules,
  chooseWorkspace,
  lockedBefore,
  perHour,
  rememberedAccount,
} from '../../destinations/clockify/workspace.ts';
import type { Context } from '../context.ts';
import { type ClockifyRule, clockifyRules } from '../rules.ts';
import { type Compared, type Place, readComparison } from './comparison.ts';
import { comparisonFindings } from './entries.ts';
import { type Finding, failed, ok, problem, warning } from './finding.ts';

const AREA = 'clockify';

export interface ClockifyChecked {
  readonly findings: readonly Finding[];
  /** undefined: it was not asked what is there. */
  readonly comparison: Compared | undefined;
}

/** Key, workspace, rules, project, plan and entries: five requests at most without rules, two of them for who and where. */
export async function checkClockify(
  context: Context,
  days: number,
  signal: AbortSignal,
): Promise<ClockifyChecked> {
  const config = (await context.config()).section<ClockifyConfig>(SOURCE);
  if (config.enabled !== true)
    return { findings: [ok(AREA, 'not set up: nothing is pushed')], comparison: undefined };
  const findings: Finding[] = [];
  let comparison: Compared | undefined;
  try {
    const place = await reach(context, config, signal, findings);
    const projectOf = await projects(context, place, findings);
    const compared = await attempt('entries', findings, () =>
      readComparison(context, place, projectOf, days),
    );
    comparison = compared?.all;
    if (compared !== undefined) findings.push(...comparisonFindings(compared, days));
    findings.push(budget(place));
  } catch (error) {
    findings.push(caught(AREA, error));
    if (error instanceof TemporaryError) findings.push(failed('entries', error));
  }
  return { findings, comparison };
}

/** Whose key it is and which workspace it writes to, asked anew. */
async function reach(
  context: Context,
  config: ClockifyConfig,
  signal: AbortSignal,
  findings: Finding[],
): Promise<Place> {
  const { clock } = context;
  const { facts, windows } = await context.store();
  const api = openApi({ config, wire: await context.wire(), windows, clock, signal, wait: false });
  // A plan that is remembered keeps these requests from being held against a free one's limit.
  const known = rememberedAccount(facts, config, clock);
  if (known !== undefined) limit(api, known, config);
  const account = await askAccount(api, facts, config, clock);
  findings.push(ok(AREA, `${new URL(config.base_url).host} accepts the key`));
  const workspace = chooseWorkspace(account, config);
  api.limitPerHour(perHour(workspace));
  findings.push(
    ok(AREA, `workspace "${workspace.name}" (${workspace.id})`),
    ...rules(context, { config, account, workspace }),
  );
  return { config, api, account, workspace };
}

function limit(api: Api, account: Account, config: ClockifyConfig): void {
  const { workspaces } = account;
  const chosen = workspaces.find(({ id }) => id === config.workspace_id) ?? workspaces[0];
  if (chosen !== undefined) api.limitPerHour(perHour(chosen));
}

function rules({ clock }: Context, { config, account, workspace }: Omit<Place, 'api'>): Finding[] {
  const broken = brokenRules(workspace, config).map((rule) =>
    problem(
      AREA,
      'USAGE',
      `workspace "${workspace.name}": ${rule}`,
      'Change the workspace’s settings, or choose another one: clockify.workspace_id.',
    ),
  );
  const locked = lockedBefore(workspace, account.zone, clock.now());
  const period =
    locked === undefined ? [] : [ok(AREA, `entries before ${new Date(locked).toISOString()} are locked`)];
  return broken.length > 0
    ? [...broken, ...period]
    : [ok(AREA, 'the workspace’s rules allow our entries'), ...period];
}

/** The project and tags of sleep are asked for anew, those of rules only where they are not remembered. */
async function project(
  context: Context,
  rule: ClockifyRule,
  { api, config, workspace }: Place,
  findings: Finding[],
): Promise<string | undefined> {
  const { facts } = await context.store();
  const { clock } = context;
  const options = { api, facts, config, naming: rule.settings, clock, workspaceId: workspace.id };
  const labels = await attempt(AREA, findings, () =>
    readLabels(rule.number === null ? { ...options, fresh: true } : options),
  );
  if (labels === undefined) return undefined;
  const { project: name } = rule.settings;
  const of = rule.number === null ? '' : ` of rule ${rule.number}`;
  if (labels.projectId !== undefined) findings.push(ok(AREA, `project "${name}"${of} is there`));
  else
    findings.push(
      warning(AREA, `there is no project "${name}"${of} yet: the first push makes it, if it may`),
    );
  for (const tag of labels.missingTags)
    findings.push(warning(AREA, `there is no tag "${tag}"${of} yet: the first push makes it, if it may`));
  return labels.projectId;
}

/** A rule for two resources has one project. */
async function projects(
  context: Context,
  place: Place,
  findings: Finding[],
): Promise<(rule: ClockifyRule) => string | undefined> {
  const all = await context.providers();
  const known = new Map<number | null, string | undefined>();
  for (const rule of clockifyRules(place.config, all, context.globals.account)) {
    if (known.has(rule.number)) continue;
    known.set(rule.number, await project(context, rule, place, findings));
    findings.push(...untaken(rule, place), ...unread(rule, all, await context.config()));
  }
  return ({ number }) => known.get(number);
}

/** What stands against one rule alone. */
function untaken({ number, name, settings }: ClockifyRule, { config, workspace }: Place): Finding[] {
  if (number === null || brokenRules(workspace, config).length > 0) return [];
  return brokenRules(workspace, settings).map((broken) =>
    problem(
      AREA,
      'USAGE',
      `rule ${number} (${name}): ${broken}`,
      'Change the rule or the workspace’s settings.',
    ),
  );
}

/** A rule for a source that is not read gets nothing new. */
function unread(rule: ClockifyRule, all: readonly AnyProvider[], config: Config): Finding[] {
  const { provider } = rule.source;
  const isOn = all.some((one) => one.id === provider && one.enabled(config.section(provider)));
  if (rule.number === null || isOn) return [];
  return [
    warning(
      AREA,
      `rule ${rule.number} (${rule.name}): ${provider} is not enabled, so nothing new comes from it`,
    ),
  ];
}

function budget({ api, config, workspace }: Place): Finding {
  const most = config.requests_per_hour ?? perHour(workspace);
  const left = api.gate.left();
  if (most === undefined || left === undefined)
    return ok(AREA, `plan ${workspace.plan}: no hourly limit on requests`);
  const text = `plan ${workspace.plan}: ${most} requests per hour, ${left} left`;
  if (left > 0) return ok(AREA, text);
  return warning(
    AREA,
    `${text}; the next request window opens at ${new Date(api.gate.opensAt()).toISOString()}`,
  );
}

/** A part that fails leaves the other parts to be checked. */
async function attempt<T>(area: string, findings: Finding[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    findings.push(caught(area, error));
    return undefined;
  }
}

function caught(area: string, error: unknown): Finding {
  if (!(error instanceof ProgramError) || error.outcome === 'INTERRUPTED') throw error;
  return failed(area, error);
}
