import { PartialError, type ProgramError, StoreError } from '../../core/errors.ts';
import type { RevokedPart } from './signIns.ts';

/** What is here is gone all the same: whoever wants it gone must not depend on a service that is away. */
export function notRevoked(revoked: readonly RevokedPart[]): ProgramError | undefined {
  const alive = revoked.filter(({ outcome }) => outcome === 'failed' || outcome === 'refused');
  if (alive.length === 0) return undefined;
  const names = alive.map(({ provider }) => provider).join(', ');
  return new PartialError(`removed here, but the sign-in to ${names} could not be ended there`, [], {
    hint: 'End the app’s access in your account there.',
  });
}

export function notErased(database: string): ProgramError {
  const what = `removed, but another program has ${database} open, so the bytes are still in its files`;
  return new StoreError(what, {
    hint: 'Close other programs that have the database open and run the same command again.',
  });
}
