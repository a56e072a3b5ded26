/**
 * One class per outcome that a person or cron has to tell apart (the exit codes live in main.ts).
 * `message` says what happened and to which source, `hint` names the next command to type.
 * Neither may hold a token, an e-mail address, a health value or a full query string.
 */
export type Outcome = 'USAGE' | 'AUTH' | 'TEMP' | 'PARTIAL' | 'LOCKED' | 'STORE' | 'CONTRACT' | 'INTERRUPTED';

interface Details {
  hint?: string | undefined;
  source?: string | undefined;
  cause?: unknown;
}

export abstract class ProgramError extends Error {
  abstract readonly outcome: Outcome;
  readonly hint: string | undefined;
  /** The source or destination concerned, e.g. a provider's id, optionally with its resource. */
  readonly source: string | undefined;

  constructor(message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
    this.source = details.source;
  }
}

/** A wrong flag, a wrong config value, or a question answered with no. */
export class UsageError extends ProgramError {
  readonly outcome = 'USAGE';
}

/** A person has to sign in again, or to grant something. */
export class AuthError extends ProgramError {
  readonly outcome = 'AUTH';
}

/** Works again later by itself: network, 429, 5xx. */
export class TemporaryError extends ProgramError {
  readonly outcome = 'TEMP';
  /** When trying again makes sense (UTC epoch milliseconds), if it is known. */
  readonly retryAt: number | undefined;

  constructor(message: string, details: Details & { retryAt?: number | undefined } = {}) {
    super(message, details);
    this.retryAt = details.retryAt;
  }
}

/** Some sources failed, the rest is saved. `failures` holds one error per failed source. */
export class PartialError extends ProgramError {
  readonly outcome = 'PARTIAL';
  readonly failures: readonly ProgramError[];

  constructor(message: string, failures: readonly ProgramError[], details: Details = {}) {
    super(message, details);
    this.failures = failures;
  }
}

/** Another run is at work on the same database. */
export class LockedError extends ProgramError {
  readonly outcome = 'LOCKED';
}

/** Disk, permission, damaged or newer database. */
export class StoreError extends ProgramError {
  readonly outcome = 'STORE';
}

/** A service answered something we do not understand; nothing was guessed. */
export class ContractError extends ProgramError {
  readonly outcome = 'CONTRACT';
}

/** Ctrl-C or TERM, after a clean stop. */
export class InterruptedError extends ProgramError {
  readonly outcome = 'INTERRUPTED';
}
