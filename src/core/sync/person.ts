import { PROGRAM, runHint } from '../../program.ts';
import type { Understood } from '../../store/records.ts';
import { AuthError } from '../errors.ts';
import type { SyncRequest } from '../sync.ts';
import type { Stream } from './stream.ts';

/** The credentials belong to somebody else than the records that are stored. */
export class OtherPersonError extends AuthError {
  /** `what`: a clause for the person, which says that nothing was stored. */
  constructor(source: string, what: string, hint = otherAccount(source)) {
    super(`${source}: ${what}`, { source, hint });
  }
}

function otherAccount(source: string): string {
  const ways = 'Give the other person a name, or start over with a new database (--db FILE)';
  return `${ways}. ${runHint(`--account NAME auth ${source}`)}`;
}

/** For a key that is in the configuration alone: another account has none. */
function otherDatabase(source: string): string {
  return `Configure the former key again, or keep the other person apart: ${PROGRAM} --db FILE sync ${source}`;
}

/** Two people's records are never mixed: the one record that says whose account it is must stay the same. */
export function refuseOtherPerson(stream: Stream, understood: readonly Understood[]): void {
  const { provider } = stream.request;
  if (stream.resource.name !== provider.person) return;
  const known = stream.records.find.idsIn(stream.number);
  const asked = understood.flatMap(({ change }) => ('remove' in change ? [] : [change.row.id]));
  if (known.length === 0 || asked.length === 0 || asked.some((id) => known.includes(id))) return;
  throw otherPerson(stream.request);
}

export function otherPerson({ provider, account, config }: SyncRequest): OtherPersonError {
  const auth = provider.auth(config);
  return new OtherPersonError(
    provider.id,
    `the records stored under the account "${account}" belong to somebody else; nothing was stored`,
    auth.kind === 'apiKey' && auth.onlyConfigured ? otherDatabase(provider.id) : undefined,
  );
}
