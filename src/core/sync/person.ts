import { runHint } from '../../program.ts';
import type { Understood } from '../../store/records.ts';
import { AuthError } from '../errors.ts';
import type { Stream } from './stream.ts';

/** The credentials belong to somebody else than the records that are stored. */
export class OtherPersonError extends AuthError {}

/** Two people's records are never mixed: the one record that says whose account it is must stay the same. */
export function refuseOtherPerson(stream: Stream, understood: readonly Understood[]): void {
  const { provider, account } = stream.request;
  if (stream.resource.name !== provider.person) return;
  const known = stream.records.find.idsIn(stream.number);
  const asked = understood.flatMap(({ change }) => ('remove' in change ? [] : [change.row.id]));
  if (known.length === 0 || asked.length === 0 || asked.some((id) => known.includes(id))) return;
  throw new OtherPersonError(
    `${provider.id}: the records stored under the account "${account}" belong to somebody else; nothing was stored`,
    {
      source: provider.id,
      hint: `Give the other person a name: ${runHint(`--account NAME auth ${provider.id}`)}`,
    },
  );
}
