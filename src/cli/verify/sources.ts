import type { TokenDescription } from '../../auth/description.ts';
import { chosenResources } from '../../core/chosen.ts';
import { dateAt } from '../../core/dates.ts';
import { AuthError, ContractError } from '../../core/errors.ts';
import type { AnyProvider, ReadHttp, Resource } from '../../core/provider.ts';
import { outsideRun } from '../../core/sync/outsideRun.ts';
import { isGranted } from '../../core/sync/refusals.ts';
import { PUSHED } from '../../destinations/clockify/rules.ts';
import { RefusedError } from '../../http/client.ts';
import { runHint } from '../../program.ts';
import type { Context } from '../context.ts';
import { renewalWarning } from '../signedIn.ts';
import { type Finding, failed, ok, problem, shortList, warning } from './finding.ts';

/** Refusals for want of a scope that are looked past while nobody said what was granted. */
const MOST_TRIES = 3;

/** The sign-in: stored, accepted by the live API, and reaching what is to be read. */
export async function checkSource(
  context: Context,
  provider: AnyProvider,
  signal: AbortSignal,
): Promise<Finding[]> {
  const keeper = await context.keeper(provider, signal);
  const before = keeper.describe();
  const signIn = runHint(`auth ${provider.id}`);
  if (!before.stored && !before.seeded && !before.configured) {
    const what = before.kind === 'apiKey' ? 'no API key' : 'not signed in';
    return [problem(provider.id, 'AUTH', `${provider.id}: ${what}`, signIn)];
  }
  const live = await probe(context, provider, before, signal);
  const after = keeper.describe();
  if (after.kind === 'apiKey') return [live];
  const granted = after.kind === 'oauth2' ? scopes(provider, after, await context.config()) : [];
  return [live, ...granted, ...renewal(provider, after)];
}

/** One cheap call: the person's own page if there is one, else something small, else today of anything. */
async function probe(
  context: Context,
  provider: AnyProvider,
  { granted }: TokenDescription,
  signal: AbortSignal,
): Promise<Finding> {
  const http = await context.client(provider, { wait: false, signal });
  const reachable = provider.resources.filter(
    ({ scope, pages }) => pages !== undefined && isReachable(scope, granted),
  );
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

function isReachable(scope: string | undefined, granted: readonly string[] | null): boolean {
  return scope === undefined || granted === null || isGranted(scope, granted);
}

async function readOnePage(
  context: Context,
  provider: AnyProvider,
  resource: Resource,
  http: ReadHttp,
): Promise<void> {
  const config = await context.config();
  const zone = config.app.timezone;
  const now = context.clock.now();
  const today = dateAt(now, zone);
  const span = { from: today, to: today };
  const read = outsideRun({ http, config: config.section(provider.id), zone, span, now });
  for await (const page of resource.pages?.(read) ?? []) {
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
  const general = error.status === 401 ? 'The sign-in is not accepted any more.' : 'It is refused.';
  const reason = error.reason ?? general;
  return failed(provider.id, new AuthError(`${error.message}. ${reason}`, { source: provider.id, hint }));
}

type LoadedConfig = Awaited<ReturnType<Context['config']>>;

/** What was granted against what is to be read. What is pushed has to be readable; the rest is the person's choice. */
function scopes(provider: AnyProvider, { granted }: TokenDescription, config: LoadedConfig): Finding[] {
  if (granted === null)
    return [ok(provider.id, `${provider.id}: the service did not say which scopes were granted`)];
  const out = chosenResources(provider, config.section(provider.id)).filter(
    ({ scope }) => !isReachable(scope, granted),
  );
  if (out.length === 0) return [ok(provider.id, `${provider.id}: every scope that is needed was granted`)];
  const names = [...new Set(out.flatMap(({ scope }) => scope ?? []))];
  const text = `${provider.id}: not granted: ${shortList(names, 8)}, so ${shortList(
    out.map(({ name }) => name),
    8,
  )} cannot be read`;
  const hint = `${runHint(`auth ${provider.id}`)}, or leave them out: ${provider.id}.resources.`;
  const pushes = config.section<{ enabled?: boolean }>('clockify').enabled === true;
  const needed = out.some(({ name }) => provider.id === PUSHED.provider && name === PUSHED.resource);
  return [pushes && needed ? problem(provider.id, 'AUTH', text, hint) : warning(provider.id, text, hint)];
}

function renewal(provider: AnyProvider, token: TokenDescription): Finding[] {
  const { id } = provider;
  const { expiresAt, refreshable, configured, refused, lacksRenewal } = token;
  const until = expiresAt === null ? 'for an unknown time' : `until ${new Date(expiresAt).toISOString()}`;
  if (refreshable || (configured && !refused))
    return [ok(id, `${id}: the access token holds ${until} and renews itself`)];
  const text =
    renewalWarning(lacksRenewal, expiresAt) ?? `the access token holds ${until} and cannot renew itself`;
  return [warning(id, `${id}: ${text}`, runHint(`auth ${id}`))];
}

export { chosenResources };
