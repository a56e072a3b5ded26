import type { LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import {
  DEFAULT_TEMPLATE,
  hasShapeOf,
  type Marker,
  markerOf,
  markerText,
  RULE_TEMPLATE,
  readMarker,
  soleMarker,
  timeInUtc,
} from '../description.ts';
import type { Entry, EntryFields } from '../destination.ts';
import type { PlanInput } from './step.ts';
import { hasChanged, keyOf, sameFields, wantedFor } from './wanted.ts';

/**
 * An entry that carries our marker but is not in the ledger: an earlier tool's, our own after a lost reply, or all of
 * them after the local file was lost. It is taken over, never doubled.
 */
export interface Adoption {
  readonly entry: Entry;
  /** `edited`: a person changed it, which wins. `stale`: it shows an older scoring and is to be updated. */
  readonly verdict: 'same' | 'edited' | 'stale';
}

export interface Candidate {
  readonly entry: Entry;
  readonly marker: Marker;
}

interface Unclaimed extends Candidate {
  /** False: another word stands in its marker, but it is to the letter what a create of ours sent. */
  readonly ownWord: boolean;
}

/** Which session each unclaimed entry belongs to, by the session's key. An entry is taken once at most. */
export function adoptions(input: PlanInput, sessions: readonly StoredSession[]): Map<string, Adoption> {
  const intents = new Map(
    input.rows.filter(({ state }) => state === 'intent').map((row) => [keyOf(row), row]),
  );
  const candidates = unclaimed(input);
  const taken = new Set<Unclaimed>();
  const found = new Map<string, Adoption>();
  const keyed = sessions.map((session) => ({ session, key: keyOf(session) }));
  // Exact markers first: a moved night must not take the entry that another session names exactly.
  for (const fits of [hasExactMarker, isSameNight]) {
    for (const { session, key } of keyed) {
      if (found.has(key)) continue;
      const intent = intents.get(key);
      const sent = intent?.sent as EntryFields | null | undefined;
      const best = daysOf(session, sent, input)
        .flatMap((day) => candidates.get(day) ?? [])
        .filter((candidate) => !taken.has(candidate) && fits(candidate, session, sent, input))
        .sort(
          (a, b) =>
            distance(a, session) - distance(b, session) ||
            // Two sessions of one source may begin in the same minute.
            endDistance(a, session) - endDistance(b, session) ||
            (a.entry.remoteId < b.entry.remoteId ? -1 : 1),
        )[0];
      if (best === undefined) continue;
      taken.add(best);
      // Just what a create without an answer was about to make of it: nobody has touched it since.
      const arrived = intent !== undefined && sent != null && sameFields(best.entry, sent);
      const asSent = arrived && (hasChanged(intent, session) ? 'stale' : 'same');
      found.set(key, {
        entry: best.entry,
        verdict: asSent || judge(best, session, input.style.word, [input.style.template]),
      });
    }
  }
  return found;
}

/** Finished entries with our marker that no ledger row holds, by the marker's day. */
function unclaimed({ rows, taken, listing, style }: PlanInput): Map<string, Unclaimed[]> {
  const claimed = new Set(rows.map(({ remoteId }) => remoteId));
  const sent = new Set(rows.flatMap((row) => (row.state === 'intent' ? (textSent(row) ?? []) : [])));
  const candidates = new Map<string, Unclaimed[]>();
  for (const entry of listing?.entries.values() ?? []) {
    if (entry.endAt === null || claimed.has(entry.remoteId) || taken.has(entry.remoteId)) continue;
    const own = readMarker(entry.text, style.word);
    // An earlier version knew one word for all accounts.
    const marker = own ?? (sent.has(entry.text.trim()) ? soleMarker(entry.text) : undefined);
    if (marker === undefined) continue;
    const candidate = { entry, marker, ownWord: own !== undefined };
    const sameDay = candidates.get(marker.day);
    if (sameDay === undefined) candidates.set(marker.day, [candidate]);
    else sameDay.push(candidate);
  }
  return candidates;
}

function textSent({ sent }: LedgerRow): string | undefined {
  return (sent as EntryFields | null)?.text?.trim();
}

/** The days a session's entry can be marked with: its own, and the one that was sent, should it have moved since. */
function daysOf(session: StoredSession, sent: EntryFields | null | undefined, input: PlanInput): string[] {
  const text = sent?.text ?? '';
  const before = (readMarker(text, input.style.word) ?? soleMarker(text))?.day;
  return before === undefined || before === session.day ? [session.day] : [session.day, before];
}

function hasExactMarker(
  { entry, marker, ownWord }: Unclaimed,
  session: StoredSession,
  sent: EntryFields | null | undefined,
  { style: { word } }: PlanInput,
): boolean {
  const isNamed = ownWord && markerOf(word, session) === markerText(word, marker);
  return isNamed || (sent != null && sameFields(entry, sent));
}

/** The bedtime moved since the entry was made: same day, our project, and half of the session or more in common. */
function isSameNight(
  { entry, ownWord }: Unclaimed,
  session: StoredSession,
  _sent: unknown,
  input: PlanInput,
): boolean {
  const { projectId } = input.style;
  if (!ownWord || projectId === undefined || entry.projectId !== projectId) return false;
  const common = Math.min(entry.endAt as number, session.endAt) - Math.max(entry.startAt, session.startAt);
  return common >= (session.endAt - session.startAt) / 2;
}

function distance({ entry }: Candidate, session: StoredSession): number {
  return Math.abs(entry.startAt - session.startAt);
}

function endDistance({ entry }: Candidate, session: StoredSession): number {
  return Math.abs((entry.endAt as number) - session.endAt);
}

/** A marker names the day a night counts for, so the entry itself lies within a day and a half of it. */
const NEAR_ITS_DAY = 36 * 3_600_000;

/**
 * Without a ledger the entry's own text has to tell who changed it last. Other figures in a text of our shape, at the
 * minute its marker names, are an older scoring. Our very text at other times, or any other text, is a person's doing.
 */
export function judge(
  { entry, marker }: Candidate,
  session: StoredSession | undefined,
  word: string,
  templates: readonly string[],
): Adoption['verdict'] {
  if (session !== undefined) {
    const wanted = templates.map((template) => wantedFor(session, template, word, false));
    const { projectId } = entry;
    if (wanted.some((one) => sameFields(entry, { ...one, projectId }))) return 'same';
    if (wanted.some(({ text }) => entry.text.trim() === text)) return 'edited';
  }
  const atItsMarker = timeInUtc(entry.startAt) === marker.time;
  const nearItsDay = Math.abs(entry.startAt - Date.parse(marker.day)) < NEAR_ITS_DAY;
  const known = [...templates, DEFAULT_TEMPLATE, RULE_TEMPLATE];
  const ourShape = known.some((template) => hasShapeOf(template, entry.text.trim(), session));
  return atItsMarker && nearItsDay && ourShape ? 'stale' : 'edited';
}
