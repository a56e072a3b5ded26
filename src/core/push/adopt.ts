import type { StoredSession } from '../../store/sessions.ts';
import {
  DEFAULT_TEMPLATE,
  hasShapeOf,
  type Marker,
  markerOf,
  markerText,
  readMarker,
} from '../description.ts';
import type { Entry, EntryFields } from '../destination.ts';
import type { PlanInput, Style } from './step.ts';
import { hasChanged, keyOf, matches, sameFields, wantedFor } from './wanted.ts';

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

/** Which session each unclaimed entry belongs to, by the session's key. An entry is taken once at most. */
export function adoptions(input: PlanInput, sessions: readonly StoredSession[]): Map<string, Adoption> {
  const intents = new Map(
    input.rows.filter(({ state }) => state === 'intent').map((row) => [keyOf(row), row]),
  );
  const candidates = unclaimed(input);
  const taken = new Set<Candidate>();
  const found = new Map<string, Adoption>();
  // Exact markers first: a moved night must not take the entry that another session names exactly.
  for (const fits of [hasExactMarker, isSameNight]) {
    for (const session of sessions) {
      if (found.has(keyOf(session))) continue;
      const intent = intents.get(keyOf(session));
      const sent = intent?.sent as EntryFields | null | undefined;
      const best = daysOf(session, sent, input)
        .flatMap((day) => candidates.get(day) ?? [])
        .filter((candidate) => !taken.has(candidate) && fits(candidate, session, sent, input))
        .sort(
          (a, b) =>
            distance(a, session) - distance(b, session) || (a.entry.remoteId < b.entry.remoteId ? -1 : 1),
        )[0];
      if (best === undefined) continue;
      taken.add(best);
      // Just what a create without an answer was about to make of it: nobody has touched it since.
      const arrived = intent !== undefined && sent != null && sameFields(best.entry, sent);
      const asSent = arrived && (hasChanged(intent, session) ? 'stale' : 'same');
      found.set(keyOf(session), { entry: best.entry, verdict: asSent || judge(best, session, input.style) });
    }
  }
  return found;
}

/** Finished entries with our marker that no ledger row holds, by the marker's day. */
function unclaimed({ rows, taken, listing, style }: PlanInput): Map<string, Candidate[]> {
  const claimed = new Set(rows.map(({ remoteId }) => remoteId));
  const candidates = new Map<string, Candidate[]>();
  for (const entry of listing?.entries.values() ?? []) {
    const marker = readMarker(entry.text, style.word);
    if (marker === undefined || entry.endAt === null) continue;
    if (claimed.has(entry.remoteId) || taken.has(entry.remoteId)) continue;
    const sameDay = candidates.get(marker.day);
    if (sameDay === undefined) candidates.set(marker.day, [{ entry, marker }]);
    else sameDay.push({ entry, marker });
  }
  return candidates;
}

/** The days a session's entry can be marked with: its own, and the one that was sent, should it have moved since. */
function daysOf(session: StoredSession, sent: EntryFields | null | undefined, input: PlanInput): string[] {
  const before = readMarker(sent?.text ?? '', input.style.word)?.day;
  return before === undefined || before === session.day ? [session.day] : [session.day, before];
}

function hasExactMarker(
  { entry, marker }: Candidate,
  session: StoredSession,
  sent: EntryFields | null | undefined,
  { style: { word } }: PlanInput,
): boolean {
  return markerOf(word, session) === markerText(word, marker) || (sent != null && sameFields(entry, sent));
}

/** The bedtime moved since the entry was made: same day, our project, and half of the session or more in common. */
function isSameNight(
  { entry }: Candidate,
  session: StoredSession,
  _sent: unknown,
  input: PlanInput,
): boolean {
  if (input.style.projectId === undefined || entry.projectId !== input.style.projectId) return false;
  const common = Math.min(entry.endAt as number, session.endAt) - Math.max(entry.startAt, session.startAt);
  return common >= (session.endAt - session.startAt) / 2;
}

function distance({ entry }: Candidate, session: StoredSession): number {
  return Math.abs(entry.startAt - session.startAt);
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
  style: Style,
): Adoption['verdict'] {
  const { template, word } = style;
  if (session !== undefined) {
    const wanted = wantedFor(session, template, word, false);
    if (matches(entry, wanted, style, false)) return 'same';
    if (entry.text.trim() === wanted.text) return 'edited';
  }
  const atItsMarker = new Date(entry.startAt).toISOString().slice(11, 16) === marker.time;
  const nearItsDay = Math.abs(entry.startAt - Date.parse(marker.day)) < NEAR_ITS_DAY;
  const ourShape = [template, DEFAULT_TEMPLATE].some((known) => hasShapeOf(known, entry.text.trim()));
  return atItsMarker && nearItsDay && ourShape ? 'stale' : 'edited';
}
