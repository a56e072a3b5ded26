import { bareScopes, worldOf } from '../../auth/oauth2.ts';
import { dateAt } from '../../core/dates.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider, Resource } from '../../core/provider.ts';
import { Client } from '../../http/client.ts';
import { Gate } from '../../http/gate.ts';
import { PROGRAM } from '../../program.ts';
import type { Token } from '../../store/tokens.ts';
import type { Context } from '../context.ts';
import { confirm } from '../prompt.ts';

/** Asking who it is may not hold up the sign-in for longer (milliseconds). */
const PATIENCE = 10_000;
/** A 429 that does not say how long (milliseconds). */
const UNEXPLAINED = 300_000;

/**
 * The service's id of whoever signed in, asked with the new pair before it is kept. Another person than before is
 * refused, unless somebody at the terminal insists. Who cannot be asked stays who it was.
 */
export async function whoSignedIn(
  context: Context,
  provider: AnyProvider,
  token: Token,
): Promise<string | null> {
  const before = await knownPerson(context, provider);
  const now = await ask(context, provider, token).catch((error: unknown) => {
    if (context.signal.aborted) throw error;
    context.terminal.detail('Who signed in could not be asked.');
    return null;
  });
  if (now === null || before === null || before === now) return now ?? before;
  const { terminal, globals } = context;
  const question = `Somebody else signed in to ${provider.title} than before. Put both people's records together?`;
  if (terminal.isInteractive && (await confirm(terminal, question))) return now;
  throw new UsageError(
    `${provider.id}: somebody else signed in than before under "${globals.account}"; nothing was stored`,
    {
      source: provider.id,
      hint: `To keep two people apart, give the second one a name: ${PROGRAM} --account NAME auth ${provider.id}`,
    },
  );
}

/** By the last sign-in, or by the record that tells it. */
async function knownPerson(context: Context, provider: AnyProvider): Promise<string | null> {
  const store = await context.store();
  const { account } = context.globals;
  const userId = store.tokens(provider.id, account).read()?.token?.userId;
  if (userId != null || provider.person === undefined) return userId ?? null;
  const select =
    'SELECT record_id FROM records WHERE provider = ? AND account = ? AND resource = ? AND deleted_at IS NULL';
  const ids = store.db.prepare<string[], string>(select).pluck().all(provider.id, account, provider.person);
  return ids.length === 1 ? (ids[0] as string) : null;
}

async function ask(context: Context, provider: AnyProvider, token: Token): Promise<string | null> {
  const resource = provider.resources.find(({ name }) => name === provider.person);
  const granted = bareScopes(token.scope, worldOf(await context.oauth(provider), token.world));
  if (resource === undefined || granted?.includes(resource.scope) === false) return null;
  const config = await context.config();
  const today = dateAt(context.clock.now(), config.app.timezone);
  const pages = resource.pages({
    http: await clientWith(context, provider, token),
    config: config.section(provider.id),
    span: { from: today, to: today },
    zone: config.app.timezone,
  });
  for await (const [item] of pages) if (item !== undefined) return idOf(resource, item.value);
  return null;
}

function idOf(resource: Resource, value: unknown): string {
  return resource.change(resource.schema.parse(value)).row.id;
}

/** Reads with this very pair, which is not stored yet. */
async function clientWith(context: Context, provider: AnyProvider, token: Token): Promise<Client> {
  const { clock, signal } = context;
  const [store, wire, config] = await Promise.all([context.store(), context.wire(), context.config()]);
  const limits = { unexplained: UNEXPLAINED };
  return new Client({
    source: provider.id,
    baseUrl: provider.baseUrl(config.section(provider.id)),
    wire,
    gate: new Gate({ scope: provider.id, windows: store.windows, clock, limits, waitForever: false }),
    authorizer: {
      headers: async () => ({ authorization: `Bearer ${token.accessToken}` }),
      renew: async () => false,
    },
    clock,
    concurrency: 1,
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  });
}
