import type { LedgerRow, SessionKey } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import { asleepSeconds, type Describable, describe } from '../description.ts';
import type { EntryFields, WantedEntry } from '../destination.ts';
import type { SkipReason, Style } from './step.ts';

export function wantedFor(session: Describable, template: string, word: string, style: boolean): WantedEntry {
  return {
    startAt: wholeSecond(session.startAt),
    endAt: wholeSecond(session.endAt),
    text: describe(template, word, session),
    style,
  };
}

const wholeSecond = (instant: number) => Math.floor(instant / 1000) * 1000;

/** Whether the session is of a kind and type that the style is for. Services are not strict about the case of their words. */
export function isOfType(
  { kind, type }: Pick<Describable, 'kind' | 'type'>,
  style: Pick<Style, 'kind' | 'types'>,
): boolean {
  if (style.kind !== undefined && kind !== style.kind) return false;
  const { types } = style;
  return (
    types === undefined || (type !== null && types.some((one) => one.toLowerCase() === type.toLowerCase()))
  );
}

/** Why a session gets no entry of its own; undefined when it does. */
export function skipReason(session: Describable, style: Style): SkipReason | undefined {
  if (!isOfType(session, style)) return 'type';
  if (wholeSecond(session.endAt) <= wholeSecond(session.startAt)) return 'invalid';
  if (asleepSeconds(session) < style.minMinutes * 60) return 'short';
  return style.startDate !== undefined && session.day < style.startDate ? 'early' : undefined;
}

/** The source's own values as they were when the entry was last written. */
export function factsOf(row: LedgerRow): Describable {
  return row.session as Describable;
}

export function snapshotOf(session: Describable): Describable {
  const { kind, type, day, startAt, startOffset, endAt, endOffset, asleepSeconds, efficiency, title } =
    session;
  return { kind, type, day, startAt, startOffset, endAt, endOffset, asleepSeconds, efficiency, title };
}

export function hasChanged(row: LedgerRow, session: StoredSession): boolean {
  const before = factsOf(row);
  return (['type', 'day', 'startAt', 'endAt', 'asleepSeconds', 'efficiency', 'title'] as const).some(
    // Rows of earlier versions know no title.
    (name) => (before[name] ?? null) !== session[name],
  );
}

/** Whether a person changed the entry since the ledger last heard of it. */
export function isEdited(entry: EntryFields, row: LedgerRow): boolean {
  return ![row.fields, row.sent].some((known) => known !== null && sameFields(entry, known as EntryFields));
}

export function sameFields(a: EntryFields, b: EntryFields): boolean {
  return (
    a.startAt === b.startAt &&
    a.endAt === b.endAt &&
    a.text?.trim() === b.text?.trim() &&
    a.projectId === b.projectId
  );
}

/** Whether nothing is left to change. The server trims texts: that is not a difference. */
export function matches(
  entry: EntryFields,
  wanted: WantedEntry,
  style: Style,
  withProject: boolean,
): boolean {
  if (withProject && style.lacksProject === true) return false;
  const projectId = withProject ? (style.projectId ?? entry.projectId) : entry.projectId;
  return sameFields(entry, { ...wanted, projectId });
}

/** For maps. Only the last part comes from outside, so the parts cannot run into each other. */
export function keyOf({ provider, account, resource, recordId }: SessionKey): string {
  return `${provider}/${account}/${resource}/${recordId}`;
}

export function keyPart({ provider, account, resource, recordId }: SessionKey): SessionKey {
  return { provider, account, resource, recordId };
}
