import {
  AuthError,
  ContractError,
  LockedError,
  type Outcome,
  PartialError,
  type ProgramError,
  StoreError,
  TemporaryError,
  UsageError,
} from './errors.ts';

/** So many names are spelled out in one line. */
const NAMES = 6;

/**
 * Failures of one source that ask the same of a person, said once: a lapsed membership is one trouble, not nineteen.
 * Answers each error with the one that stands for it.
 */
export function gather(errors: readonly ProgramError[]): Map<ProgramError, ProgramError> {
  const groups = new Map<string, ProgramError[]>();
  for (const error of errors) {
    const key = JSON.stringify([provider(error), error.outcome, error.hint, reason(error)]);
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  const standIns = new Map<ProgramError, ProgramError>();
  for (const group of groups.values()) {
    const one = standIn(group);
    for (const error of group) standIns.set(error, one);
  }
  return standIns;
}

function standIn(group: readonly ProgramError[]): ProgramError {
  const first = group[0] as ProgramError;
  const messages = new Set(group.map(({ message }) => message));
  if (messages.size === 1) return first;
  const names = [...new Set(group.map((error) => resource(error)))];
  const more = names.length > NAMES ? ` and ${names.length - NAMES} more` : '';
  const text = first.message.replace(`${first.source}: `, '');
  const message = `${provider(first)}: ${text} (${names.slice(0, NAMES).join(', ')}${more})`;
  const details = { source: provider(first), hint: first.hint, cause: first };
  return OF[first.outcome](message, details, group);
}

function provider({ source }: ProgramError): string {
  return source?.split('.')[0] ?? '';
}

/** What went wrong, without where: neither the resource nor the address counts. */
function reason(error: ProgramError): string {
  return error.message.replace(`${error.source}: `, '').replace(ADDRESS, '');
}

const ADDRESS = /\/[\w./-]*\w/;

function resource({ source, message }: ProgramError): string {
  return source?.split('.')[1] ?? ADDRESS.exec(message)?.[0].split('/').at(-1) ?? '';
}

type Details = { source: string; hint: string | undefined; cause: unknown };
type Make = (message: string, details: Details, group: readonly ProgramError[]) => ProgramError;

const OF: Readonly<Record<Outcome, Make>> = {
  USAGE: (message, details) => new UsageError(message, details),
  AUTH: (message, details) => new AuthError(message, details),
  TEMP: (message, details, group) => {
    const times = group.flatMap((error) => (error instanceof TemporaryError ? (error.retryAt ?? []) : []));
    return new TemporaryError(message, {
      ...details,
      retryAt: times.length === 0 ? undefined : Math.max(...times),
    });
  },
  PARTIAL: (message, details, group) => new PartialError(message, group, details),
  LOCKED: (message, details) => new LockedError(message, details),
  STORE: (message, details) => new StoreError(message, details),
  CONTRACT: (message, details) => new ContractError(message, details),
  INTERRUPTED: (_message, _details, group) => group[0] as ProgramError,
};
