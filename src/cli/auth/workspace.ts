import { UsageError } from '../../core/errors.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import type { Account, Workspace } from '../../destinations/clockify/workspace.ts';
import { PROGRAM } from '../../program.ts';
import type { Context } from '../context.ts';
import { question } from '../prompt.ts';

export interface Wish {
  /** `--workspace`: an id or a name. */
  readonly named: string | undefined;
  /** clockify.workspace_id. */
  readonly configured: string | undefined;
}

/**
 * The workspace that entries go to: named, configured, the only one, or asked for. Throws UsageError listing them
 * rather than guess: health data must not land in an employer's workspace by accident.
 */
export async function pickWorkspace(context: Context, account: Account, wish: Wish): Promise<Workspace> {
  const { workspaces } = account;
  if (wish.named !== undefined) return named(workspaces, wish.named);
  const configured = workspaces.find(({ id }) => id === wish.configured);
  if (configured !== undefined) return configured;
  const [first, ...more] = workspaces;
  if (first !== undefined && more.length === 0) return first;
  if (first === undefined || !context.terminal.isInteractive) throw undecided(workspaces);
  return ask(context, workspaces);
}

function named(workspaces: readonly Workspace[], wanted: string): Workspace {
  const byId = workspaces.find(({ id }) => id === wanted);
  if (byId !== undefined) return byId;
  const [first, ...more] = workspaces.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (first !== undefined && more.length === 0) return first;
  const problem =
    first === undefined ? 'there is no such workspace' : 'several workspaces have that name, so give the id';
  throw new UsageError(`--workspace: ${problem}: ${listed(workspaces)}`, { source: SOURCE });
}

async function ask(context: Context, workspaces: readonly Workspace[]): Promise<Workspace> {
  const { terminal, signal } = context;
  terminal.ask('The key reaches several workspaces:\n');
  for (const [index, { name, id }] of workspaces.entries()) terminal.ask(`  ${index + 1}  ${name} (${id})\n`);
  for (;;) {
    const answer = await question(terminal, `Which one do entries go to? [1-${workspaces.length}] `, signal);
    const chosen = /^\d+$/.test(answer) ? workspaces[Number(answer) - 1] : undefined;
    if (chosen !== undefined) return chosen;
  }
}

function undecided(workspaces: readonly Workspace[]): UsageError {
  const many = `the key reaches ${workspaces.length} workspaces: ${listed(workspaces)}`;
  const message = workspaces.length === 0 ? 'the key reaches no workspace' : many;
  return new UsageError(`${SOURCE}: ${message}`, {
    source: SOURCE,
    hint: `Say which one: ${PROGRAM} auth clockify --workspace ID`,
  });
}

function listed(workspaces: readonly Workspace[]): string {
  return workspaces.map(({ id, name }) => `${id} (${name})`).join(', ');
}
