import type { TokenDescription } from '../../auth/description.ts';
import { dateAt } from '../../core/dates.ts';
import { AuthError, ContractError } from '../../core/errors.ts';
import type { AnyProvider, ReadHttp, Resource } from '../../core/provider.ts';
import { PUSHED } from '../../destinations/clockify.ts';
import { RefusedError } from '../../http/client.ts';
import { runHint } from '../../program.ts';
import type { Context } from '../context.ts';
import { type Finding, failed, ok, problem, shortList, warning } from './finding.ts';

/** Refusals for want of a scope that are looked past while nobody said what was granted. */
const MOST_TRIES = 3;

/** The sign-in: stored, accepted by the live API, and reaching what is to be read. */
export async function checkSource(
  context: Context,
  provider: AnyProvider,
  signal: AbortSignal,
): Promise<Finding[]> {
  const keeper = await context.keeper(provider);
  const before = keeper.describe();
  const signIn = runHint(`auth ${provider.id}`);
  if (!before.stored && !before.seeded)
    return [problem(provider.id, 'AUTH', `${provider.id}: not signed in`, signIn)];
  const live = await probe(context, provider, before, signal);
  const after = keeper.describe();
  return [live, ...scopes(provider, after, await context.config()), ...renewal(provider, after)];
}

/** One cheap call: the person's own page if there is one, else something small, else today of anything. */
async function probe(
  context: Context,
  provider: AnyProvider,
  { granted }: TokenDescription,
  signal: AbortSignal,
): Promise<Finding> {
  const http = await context.client(provider, { wait: false, signal });
  const reachable = provider.resources.filter(({ scope }) => granted === null || granted.includes(scope));
  const cheap = (one: Resource) =>
    one.name === provider.person ? 0 : one.cursor.kind === 'snapshot' ? 1 : one.samples === true ? 3 : 2;
  const candidates = [...reachable].sort((a, b) => cheap(a) - cheap(b)).slice(0, MOST_TRIES);
  let last: RefusedError | undefined;
  for (const resource of candidates) {
    try {
      await readOnePage(context, provider, resource, http);
      return ok(provider.id, `${provider.id}: the sign-in is accepted (asked for ${resource.name})`);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      last = error;
      // A 403 while nobody said what was granted may only mean this one scope.
      if (error.status === 401 || granted !== null) break;
    }
  }
  return refused(provider, last);
}

async function readOnePage(
  context: Context,
  provider: AnyProvider,
  resource: Resource,
  http: ReadHttp,
): Promise<void> {
  const config = await context.config();
  const zone = config.app.timezone;
  const today = dateAt(context.clock.now(), zone);
  const span = { from: today, to: today };
  for await (const page of resource.pages({ http, config: config.section(provider.id), zone, span })) {
    const odd = page.find(({ value }) => !resource.schema.safeParse(value).success);
    if (odd === undefined) return;
    throw new ContractError(`${provider.id}.${resource.name}: a record does not have the expected shape`, {
      hint: 'The service has changed: look for a newer version of the program.',
    });
  }
}

function refused(provider: AnyProvider, error: RefusedError | undefined): Finding {
  const hint = runHint(`auth ${provider.id}`);
  if (error === undefined)
    return problem(provider.id, 'AUTH', `${provider.id}: no scope that is read was granted`, hint);
  const reason =
    error.status === 401 ? 'The sign-in is not accepted any more.' : (provider.forbidden ?? 'It is refused.');
  return failed(provider.id, new AuthError(`${error.message}. ${reason}`, { source: provider.id, hint }));
}

type LoadedConfig = Awaited<ReturnType<Context['config']>>;

/** What was granted against what is to be read. What is pushed has to be readable; the rest is the person's choice. */
function scopes(provider: AnyProvider, { granted }: TokenDescription, config: LoadedConfig): Finding[] {
  if (granted === null)
    return [ok(provider.id, `${provider.id}: the service did not say which scopes were granted`)];
  const out = chosenResources(provider, config.section(provider.id)).filter(
    ({ scope }) => !granted.includes(scope),
  );
  if (out.length === 0) return [ok(provider.id, `${provider.id}: every scope that is needed was granted`)];
  const names = [...new Set(out.map(({ scope }) => scope))];
  const text = `${provider.id}: not granted: ${shortList(names, 8)}, so ${shortList(
    out.map(({ name }) => name),
    8,
  )} cannot be read`;
  const hint = `${runHint(`auth ${provider.id}`)}, or leave them out: ${provider.id}.resources.`;
  const pushes = config.section<{ enabled?: boolean }>('clockify').enabled === true;
  const needed = out.some(({ name }) => provider.id === PUSHED.provider && name === PUSHED.resource);
  return [pushes && needed ? problem(provider.id, 'AUTH', text, hint) : warning(provider.id, text, hint)];
}

function renewal(provider: AnyProvider, { expiresAt, refreshable }: TokenDescription): Finding[] {
  const until = expiresAt === null ? 'for an unknown time' : `until ${new Date(expiresAt).toISOString()}`;
  if (refreshable)
    return [ok(provider.id, `${provider.id}: the access token holds ${until} and renews itself`)];
  return [
    warning(
      provider.id,
      `${provider.id}: the access token holds ${until} and cannot renew itself`,
      runHint(`auth ${provider.id}`),
    ),
  ];
}

export function chosenResources(provider: AnyProvider, section: unknown): Resource[] {
  const names = provider.chosenResources?.(section)?.map((name) => name.toLowerCase());
  return provider.resources.filter(({ name }) => names === undefined || names.includes(name.toLowerCase()));
}
