import type { LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Span } from '../coverage.ts';
import type { LocalDate } from '../dates.ts';
import type { Entry, WantedEntry } from '../destination.ts';
import { factsOf } from './wanted.ts';

/** How sessions become entries: from the configuration and what the destination told. */
export interface Style {
  /** The source's word in the marker. */
  readonly word: string;
  readonly template: string;
  /** The only kind of session to push; undefined: any. */
  readonly kind?: string | undefined;
  /** Session types to push, as the source calls them; undefined: all. */
  readonly types: readonly string[] | undefined;
  readonly minMinutes: number;
  /** Sessions of earlier days are not pushed. */
  readonly startDate: LocalDate | undefined;
  /** undefined while the project is not made yet. */
  readonly projectId: string | undefined;
  /** It is known that there is no such project yet: entries that are to be put under it are elsewhere. */
  readonly lacksProject?: boolean;
  /** Nothing that starts before may be written (UTC epoch milliseconds). */
  readonly lockedBefore: number | undefined;
}

export interface Listing {
  /** By remote id. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Entries that the listing did not hold, asked for one by one; undefined: gone. */
  readonly lookedUp: ReadonlyMap<string, Entry | undefined>;
}

export interface PlanInput {
  /** Every live session that is this rule's matter. */
  readonly sessions: readonly StoredSession[];
  /** The ledger of these sessions. */
  readonly rows: readonly LedgerRow[];
  /** Remote ids that the ledger rows of other accounts, sources or rules hold: none of our business. */
  readonly taken: ReadonlySet<string>;
  /** Days a person named; undefined: all. */
  readonly scope: Span | undefined;
  /** What the destination lists; undefined: not asked. */
  readonly listing: Listing | undefined;
  readonly style: Style;
  /** Overrides the person's edits and deletions. */
  readonly force: boolean;
  /** Applies the style to entries that are there already. */
  readonly restyle: boolean;
  readonly now: number;
}

export type SkipReason = 'type' | 'short' | 'early' | 'invalid';

export type Step =
  | { readonly do: 'create'; readonly session: StoredSession; readonly wanted: WantedEntry }
  | { readonly do: 'adopt'; readonly session: StoredSession; readonly entry: Entry; readonly edited: boolean }
  | {
      readonly do: 'update';
      readonly session: StoredSession;
      readonly wanted: WantedEntry;
      readonly row: LedgerRow | undefined;
      /** undefined only in a plan that was not checked. */
      readonly entry: Entry | undefined;
    }
  | {
      readonly do: 'remove';
      /** undefined: an entry of ours that the ledger does not know. */
      readonly row: LedgerRow | undefined;
      readonly entry: Entry | undefined;
      readonly reason: string;
    }
  /** The entry is as wanted, only the ledger is behind. */
  | { readonly do: 'note'; readonly session: StoredSession; readonly row: LedgerRow; readonly entry: Entry }
  /** Neither session nor entry is left. */
  | { readonly do: 'forget'; readonly row: LedgerRow }
  /** The person deleted the entry there: it is not made again. */
  | { readonly do: 'give up'; readonly row: LedgerRow }
  | {
      readonly do: 'keep';
      readonly row: LedgerRow;
      readonly entry: Entry;
      readonly session: StoredSession | undefined;
    }
  | {
      readonly do: 'block';
      readonly session: StoredSession | undefined;
      readonly row: LedgerRow | undefined;
      readonly reason: string;
    }
  | { readonly do: 'look up'; readonly row: LedgerRow };

export type Of<K extends Step['do']> = Extract<Step, { do: K }>;

export interface Plan {
  /** Newest session first. */
  readonly steps: readonly Step[];
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Entries that are as they should be. */
  readonly unchanged: number;
  /** False when the destination was not asked. */
  readonly checked: boolean;
}

/** When the step's session begins (UTC epoch milliseconds). */
export function startOf(step: Step): number {
  if ('session' in step && step.session !== undefined) return step.session.startAt;
  return 'row' in step && step.row !== undefined ? factsOf(step.row).startAt : 0;
}
