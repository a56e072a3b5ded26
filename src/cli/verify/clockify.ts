import { addDays, dateAt } from '../../core/dates.ts';
import { ProgramError, TemporaryError } from '../../core/errors.ts';
import { type Comparison, compare } from '../../core/push/compare.ts';
import { type Api, openApi, SOURCE } from '../../destinations/clockify/api.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { listEntries } from '../../destinations/clockify/entries.ts';
import { readLabels } from '../../destinations/clockify/labels.ts';
import {
  type Account,
  askAccount,
  brokenRules,
  chooseWorkspace,
  lockedBefore,
  perHour,
  rememberedAccount,
  type Workspace,
} from '../../destinations/clockify/workspace.ts';
import { PUSHED, styleOf } from '../../destinations/clockify.ts';
import type { Context } from '../context.ts';
import { entryFindings } from './entries.ts';
import { type Finding, failed, ok, problem, warning } from './finding.ts';

const AREA = 'clockify';
const DAY = 86_400_000;

export interface ClockifyChecked {
  readonly findings: readonly Finding[];
  /** undefined: it was not asked what is there. */
  readonly comparison: Comparison | undefined;
}

/** Key, workspace, rules, project, plan and entries: five requests at most, two of them for who and where. */
export async function checkClockify(
  context: Context,
  days: number,
  signal: AbortSignal,
): Promise<ClockifyChecked> {
  const config = (await context.config()).section<ClockifyConfig>(SOURCE);
  if (config.enabled !== true)
    return { findings: [ok(AREA, 'not set up: nothing is pushed')], comparison: undefined };
  const findings: Finding[] = [];
  let comparison: Comparison | undefined;
  try {
    const place = await reach(context, config, signal, findings);
    const projectId = await project(context, config, place, findings);
    comparison = await attempt('entries', findings, () => readComparison(context, place, projectId, days));
    if (comparison !== undefined) findings.push(...entryFindings(comparison, days));
    findings.push(budget(place));
  } catch (error) {
    findings.push(caught(AREA, error));
    if (error instanceof TemporaryError) findings.push(failed('entries', error));
  }
  return { findings, comparison };
}

interface Place {
  readonly config: ClockifyConfig;
  readonly api: Api;
  readonly account: Account;
  readonly workspace: Workspace;
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

async function project(
  context: Context,
  config: ClockifyConfig,
  { api, workspace }: Place,
  findings: Finding[],
): Promise<string | undefined> {
  const { facts } = await context.store();
  const { clock } = context;
  const options = { api, facts, config, clock, workspaceId: workspace.id, create: false, fresh: true };
  const labels = await attempt(AREA, findings, () => readLabels({ ...options, fresh: true }));
  if (labels === undefined) return undefined;
  if (labels.projectId !== undefined) findings.push(ok(AREA, `project "${config.project}" is there`));
  else
    findings.push(
      warning(AREA, `there is no project "${config.project}" yet: the first push makes it, if it may`),
    );
  for (const tag of labels.missingTags)
    findings.push(warning(AREA, `there is no tag "${tag}" yet: the first push makes it, if it may`));
  return labels.projectId;
}

async function readComparison(
  context: Context,
  place: Place,
  projectId: string | undefined,
  days: number,
): Promise<Comparison> {
  const { api, account, workspace } = place;
  const store = await context.store();
  const { timezone } = (await context.config()).app;
  const now = context.clock.now();
  const today = dateAt(now, timezone);
  const span = { from: addDays(today, 1 - days), to: addDays(today, 1) };
  const provider = await context.provider(PUSHED.provider);
  const target = { workspaceId: workspace.id, userId: account.userId };
  const listed = await listEntries(api, target, Date.parse(span.from) - 3 * DAY, now + 3 * DAY);
  const rows = store.ledger(SOURCE, `${workspace.id}/${account.userId}`).all();
  const isOwn = (row: { account: string }) => row.account === context.globals.account;
  const others = new Set(rows.filter((row) => !isOwn(row)).map(({ remoteId }) => remoteId));
  return compare({
    sessions: store.sessions({ ...PUSHED, account: context.globals.account }),
    rows: rows.filter(isOwn),
    entries: listed.filter(({ remoteId }) => !others.has(remoteId)),
    span,
    style: styleOf({ ...place, now, projectId: () => projectId })(provider.marker),
    now,
  });
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
