import { ContractError } from './errors.ts';

/** Where sessions can be shown. The engine plans; a destination only carries out. */
export interface Destination {
  readonly id: string;
  readonly title: string;
  /** Whose entries, and where: part of the ledger's key. */
  readonly target: string;
  /** Entries of the person whose start lies in the window (UTC epoch milliseconds), running ones included. */
  list(from: number, to: number): Promise<Entry[]>;
  /** One entry; undefined when it is gone. */
  read(remoteId: string): Promise<Entry | undefined>;
  /** Makes what entries are put under and is not there yet; called before the first create. */
  begin(): Promise<void>;
  /** Waits until a write may go out; every create, update and remove needs one before it. */
  admit(): Promise<void>;
  /** Throws InDoubtError, NotDoneError (http/client.ts) or DeclinedError. */
  create(wanted: WantedEntry): Promise<Entry>;
  /** Changes what `wanted` names and leaves everything else of the entry as it is. */
  update(entry: Entry, wanted: WantedEntry): Promise<Entry>;
  remove(remoteIds: readonly string[]): Promise<void>;
  /** When the next request may go out (UTC epoch milliseconds), and how many fit an hour where that is limited. */
  pace(): { readonly opensAt: number; readonly perHour: number | undefined };
  /** Forgets remembered ids and rules after a refusal; true when they are different now and trying again makes sense. */
  refresh(): Promise<boolean>;
}

/** What the engine compares. Instants are UTC epoch milliseconds in whole seconds. */
export interface EntryFields {
  readonly startAt: number;
  /** null: a running timer. */
  readonly endAt: number | null;
  readonly text: string;
  readonly projectId: string | null;
}

export interface Entry extends EntryFields {
  readonly remoteId: string;
  readonly locked: boolean;
  /** The destination's own full answer. */
  readonly raw: unknown;
}

export interface WantedEntry {
  readonly startAt: number;
  readonly endAt: number;
  readonly text: string;
  /** Put the entry under the configured project and tags; otherwise those of the entry stay. */
  readonly style: boolean;
}

/** The service understood one write and will not do it, for a reason of its own. It was not carried out. */
export class DeclinedError extends ContractError {
  readonly status: number;

  constructor(status: number, message: string, details: { source: string; hint: string }) {
    super(message, details);
    this.status = status;
  }
}
