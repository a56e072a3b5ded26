import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { oneLine } from '../../core/config/suggestions.ts';
import { isTimeZone } from '../../core/dates.ts';
import { sha256 } from '../../core/digest.ts';
import { UsageError } from '../../core/errors.ts';
import { runHint } from '../../program.ts';
import type { Facts } from '../../store/facts.ts';
import { type Api, understood } from './api.ts';
import { type ClockifyConfig, FREE_PER_HOUR } from './config.ts';
import type { Naming } from './labels.ts';
import { automaticallyLockedBefore, automaticLock } from './lockedPeriod.ts';
import { SOURCE } from './name.ts';

/** Some old clients saw these as texts. */
const booleanLike = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
  .nullish();

/** Kept for a week: nothing but what is looked at. */
const settingsSchema = z.object({
  forceProjects: booleanLike,
  forceTasks: booleanLike,
  forceTags: booleanLike,
  forceDescription: booleanLike,
  lockTimeEntries: z.string().nullish(),
  lockTimeZone: z.string().nullish(),
  automaticLock: automaticLock.nullish(),
  timeTrackingMode: z.string().nullish(),
});

const workspaceSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  featureSubscriptionType: z.string().nullish(),
  workspaceSettings: settingsSchema,
});

const userSchema = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  settings: z.looseObject({ timeZone: z.string().nullish() }).nullish(),
});

/** What is remembered: ids, names and rules, nobody's e-mail. */
const accountSchema = z.object({
  userId: z.string(),
  userName: z.string(),
  zone: z.string(),
  workspaces: z.array(
    z.object({ id: z.string(), name: z.string(), plan: z.string(), settings: settingsSchema }),
  ),
});

export type Account = z.infer<typeof accountSchema>;
export type Workspace = Account['workspaces'][number];

/** How long answers are believed (milliseconds); a 400 or 403 ends it earlier. */
export const REMEMBERED = 7 * 86_400_000;

/** One scope per key and host: another key is another person. The key itself is not recoverable from it. */
export function factsScope(config: ClockifyConfig): string {
  const digest = sha256(`${config.base_url} ${config.api_key}`);
  return `${SOURCE}:${digest.slice(0, 16)}`;
}

/** Whose key it is and which workspaces it reaches: two requests, or none while it is remembered. */
export async function readAccount(
  api: Api,
  facts: Facts,
  config: ClockifyConfig,
  clock: Clock,
  believe = false,
): Promise<Account> {
  return rememberedAccount(facts, config, clock, believe) ?? (await askAccount(api, facts, config, clock));
}

/** `believe`: however old it is, for a plan that is not carried out. */
export function rememberedAccount(
  facts: Facts,
  config: ClockifyConfig,
  clock: Clock,
  believe = false,
): Account | undefined {
  const since = believe ? 0 : clock.now() - REMEMBERED;
  const known = facts.get(factsScope(config), 'account', since);
  return accountSchema.safeParse(known).data;
}

/** Two requests, whatever is remembered. */
export async function askAccount(
  api: Api,
  facts: Facts,
  config: ClockifyConfig,
  clock: Clock,
): Promise<Account> {
  const user = understood(await api.client.get('/user'), userSchema, 'GET /user');
  const list = understood(await api.client.get('/workspaces'), z.array(workspaceSchema), 'GET /workspaces');
  const zone = user.settings?.timeZone ?? 'UTC';
  const account: Account = {
    userId: user.id,
    userName: user.name ?? '',
    zone: isTimeZone(zone) ? zone : 'UTC',
    workspaces: list.map(({ id, name, featureSubscriptionType, workspaceSettings }) => ({
      id,
      name,
      plan: featureSubscriptionType ?? 'FREE',
      settings: settingsSchema.parse(workspaceSettings),
    })),
  };
  facts.put(factsScope(config), 'account', account, clock.now());
  return account;
}

/** The configured workspace, or the only one. Throws UsageError that lists them rather than guess. */
export function chooseWorkspace(account: Account, config: ClockifyConfig): Workspace {
  const { workspaces } = account;
  const listed = workspaces.map(({ id, name }) => `${oneLine(id)} (${oneLine(name)})`).join(', ');
  const hint = `Set clockify.workspace_id. ${runHint('auth clockify')} asks and writes it down.`;
  if (config.workspace_id !== undefined) {
    const chosen = workspaces.find(({ id }) => id === config.workspace_id);
    if (chosen !== undefined) return chosen;
    throw new UsageError(`${SOURCE}: workspace ${config.workspace_id} is not one of ${listed}`, {
      source: SOURCE,
      hint,
    });
  }
  const only = workspaces.length === 1 ? workspaces[0] : undefined;
  if (only !== undefined) return only;
  throw new UsageError(`${SOURCE}: the key reaches ${workspaces.length} workspaces: ${listed}`, {
    source: SOURCE,
    hint,
  });
}

/** Requests per hour that the plan allows; undefined: no hourly limit. */
export function perHour(workspace: Workspace): number | undefined {
  return workspace.plan === 'FREE' ? FREE_PER_HOUR : undefined;
}

/** Rules of the workspace under which no entry of ours could be written, in words; empty: none. */
export function brokenRules({ settings }: Workspace, naming: Pick<Naming, 'tags'>): string[] {
  const broken: string[] = [];
  if (settings.timeTrackingMode === 'STOPWATCH_ONLY')
    broken.push('entries can only be made with the timer (STOPWATCH_ONLY)');
  if (settings.forceTasks === true) broken.push('every entry needs a task (forceTasks), and these have none');
  if (settings.forceTags === true && naming.tags.length === 0) {
    broken.push('every entry needs a tag (forceTags): set clockify.tags, or the tags of its rule');
  }
  return broken;
}

/** Nothing that starts before may be written (UTC epoch milliseconds). */
export function lockedBefore({ settings }: Workspace, zone: string, now: number): number | undefined {
  const lockZone = settings.lockTimeZone ?? zone;
  const fixed = Date.parse(settings.lockTimeEntries ?? '');
  const automatic =
    settings.automaticLock == null
      ? undefined
      : automaticallyLockedBefore(settings.automaticLock, now, isTimeZone(lockZone) ? lockZone : 'UTC');
  const instants = [fixed, automatic].filter((one): one is number => one !== undefined && !Number.isNaN(one));
  return instants.length === 0 ? undefined : Math.max(...instants);
}
