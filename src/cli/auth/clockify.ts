import type { Config } from '../../core/config.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { type Account, brokenRules, perHour, type Workspace } from '../../destinations/clockify/workspace.ts';
import { PROGRAM } from '../../program.ts';
import type { AuthFlags } from '../commands/auth.ts';
import { type Change, fileToWrite, makeNamedFile, writeSettings } from '../configFile.ts';
import type { Context } from '../context.ts';
import { secretFromStdin } from '../secret.ts';
import { forAPerson } from './again.ts';
import { findKey, KEY_PLACE, recognise } from './clockifyKey.ts';
import { pickWorkspace } from './workspace.ts';

export async function runAuthClockify(context: Context, flags: AuthFlags): Promise<void> {
  makeNamedFile(context);
  const source = { flag: '--key-stdin', text: `API key (${KEY_PLACE}; not shown): `, signal: context.signal };
  const key = flags.keyStdin === true ? await secretFromStdin(context.terminal, source) : undefined;
  const report = await setUpClockify(context, { key, workspace: flags.workspace });
  context.terminal.result(report, [...clockifyLines(report), `Next: ${report.next}`].join('\n'));
}

export type ClockifyReport = Awaited<ReturnType<typeof setUpClockify>>;

/** Checks the key, settles the workspace and writes down what the configuration does not say yet. */
export async function setUpClockify(
  context: Context,
  given: { key: string | undefined; workspace: string | undefined },
) {
  const config = await context.config();
  const own = config.section<ClockifyConfig>(SOURCE);
  const { key, isNew } = await findKey(context, config, given.key);
  const { account, baseUrl } = await forAPerson(SOURCE, recognise(context, own, key));
  const moved = baseUrl !== own.base_url;
  if (moved) context.terminal.say(`The key belongs to ${new URL(baseUrl).host}.`);
  const wish = { named: given.workspace, configured: own.workspace_id };
  const workspace = await pickWorkspace(context, account, wish);
  const changes: Change[] = [
    ...(isNew ? [setting('api_key', key)] : []),
    ...(workspace.id === own.workspace_id ? [] : [setting('workspace_id', workspace.id)]),
    ...(moved ? [setting('base_url', baseUrl)] : []),
  ];
  const file = changes.length === 0 ? config.file : await fileToWrite(context);
  const written = file === undefined ? undefined : writeSettings(context, config, file, changes);
  return {
    ...whose(account, workspace, own),
    baseUrl,
    movedToRegion: moved,
    keyFrom: isNew ? 'given' : (config.origin(SOURCE, 'api_key').name ?? 'default'),
    file: file ?? null,
    written: written?.keys ?? [],
    overruled: written?.overruled ?? [],
    ...outlook(config, own),
  };
}

/** Whose key it is and where entries go. */
function whose(account: Account, workspace: Workspace, own: ClockifyConfig) {
  return {
    provider: SOURCE,
    // Some profiles carry the e-mail address as the name.
    user: account.userName.includes('@') ? '(no name)' : account.userName,
    workspaces: account.workspaces.map((one) => ({ id: one.id, name: one.name, plan: one.plan })),
    workspace: { id: workspace.id, name: workspace.name },
    requestsPerHour: own.requests_per_hour ?? perHour(workspace) ?? null,
    brokenRules: brokenRules(workspace, own),
  };
}

function outlook(config: Config, own: ClockifyConfig) {
  // Set to false by hand: a key alone does not overrule that.
  const enabled = own.enabled === true || config.origin(SOURCE, 'enabled').kind === 'default';
  return { enabled, next: `${PROGRAM} ${enabled ? 'sync --dry-run' : 'init'}` };
}

function setting(key: string, value: string): Change {
  return { section: SOURCE, key, value };
}

export function clockifyLines(report: ClockifyReport): string[] {
  const { enabled, user, workspaces, workspace, baseUrl, requestsPerHour, file, written, brokenRules } =
    report;
  const reach = workspaces.map(({ name, plan }) => `${name} (${plan})`).join(', ');
  const pace = requestsPerHour === null ? '' : `, ${requestsPerHour} requests per hour`;
  const lines = [
    `The key is ${user}'s at ${new URL(baseUrl).host}; it reaches ${reach}.`,
    `Entries go to the workspace "${workspace.name}" (${workspace.id}${pace}).`,
    written.length === 0 ? 'Nothing had to be written down.' : `Wrote ${written.join(', ')} to ${file}.`,
  ];
  if (brokenRules.length > 0)
    lines.push(`That workspace does not take such entries yet: ${brokenRules.join('; ')}.`);
  if (!enabled) lines.push('Clockify is switched off: set enabled = true below [clockify].');
  return lines;
}
