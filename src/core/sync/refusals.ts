import type { RefusedError } from '../../http/client.ts';
import { runHint } from '../../program.ts';
import type { Counts } from '../../store/records.ts';
import { AuthError, ContractError, PartialError, type ProgramError } from '../errors.ts';
import type { AnyProvider, Resource } from '../provider.ts';
import type { SyncRequest } from '../sync.ts';

/** How a resource is named in messages: `<provider>.<resource>`. */
export function sourceOf(provider: AnyProvider, resource: Resource): string {
  return `${provider.id}.${resource.name}`;
}

/** Services rename and lengthen their scopes (`spo2`, `spo2Daily`), and not every reply has the same prefix. */
export function isGranted(scope: string, granted: readonly string[]): boolean {
  const wanted = scope.toLowerCase();
  return granted
    .map((name) => name.toLowerCase())
    .some((name) => name.startsWith(wanted) || name.replace(/^.*:/, '').startsWith(wanted));
}

export function notGranted(provider: AnyProvider, resource: Resource): ProgramError {
  const source = sourceOf(provider, resource);
  return new AuthError(`${source}: the scope "${resource.scope}" was not granted`, {
    source,
    hint: runHint(`auth ${provider.id}`),
  });
}

/** What this person may not read at the service. */
export function outOfReach(provider: AnyProvider, resource: Resource): ProgramError {
  const source = sourceOf(provider, resource);
  return new AuthError(`${source}: refused: it needs ${resource.rights}`, {
    source,
    hint: 'Nothing to do: it is left out and asked for again tomorrow.',
  });
}

/** What a person does about credentials that are not accepted: a configured key is not cured by a sign-in. */
export function signInHint(provider: AnyProvider, config: unknown, account: string): string {
  const auth = provider.auth(config);
  if (auth.kind === 'apiKey' && auth.key !== undefined && account === 'default')
    return `Correct ${auth.configKey} under [${provider.id}] in the configuration.`;
  return runHint(`auth ${provider.id}`);
}

/** A call that was refused although its scope was granted, as far as anybody said. */
export function refusalOf(error: RefusedError, request: SyncRequest, resource: Resource): ProgramError {
  const { provider, config, account } = request;
  const source = sourceOf(provider, resource);
  const general =
    error.status === 403
      ? 'The service refuses it.'
      : 'The service wants a new sign-in, or the access was taken away.';
  const scope = resource.scope === undefined ? '' : ` (scope "${resource.scope}")`;
  return new AuthError(`${source}: refused with ${error.status}${scope}. ${error.reason ?? general}`, {
    source,
    hint: signInHint(provider, config, account),
    cause: error,
  });
}

/** Beside items that were understood only a part failed; when none was, the service has changed. */
export function rejectedError(source: string, counts: Counts): ProgramError {
  const { created, updated, unchanged, rejected } = counts;
  const error = new ContractError(
    `${source}: ${rejected} items did not have the expected shape and were set aside`,
    { source, hint: 'They are kept in the table "rejects"; look for a newer version.' },
  );
  if (created + updated + unchanged === 0) return error;
  return new PartialError(error.message, [error], { source, hint: error.hint });
}

/** A pager or a description that finds a reply odd does not know which resource it reads. */
export function located(failure: ProgramError, source: string): ProgramError {
  if (!(failure instanceof ContractError) || failure.source !== undefined) return failure;
  return new ContractError(`${source}: ${failure.message}`, {
    source,
    cause: failure,
    hint: failure.hint ?? 'Nothing was changed. If it stays like this, look for a newer version.',
  });
}
