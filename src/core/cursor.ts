import { type Coverage, cover, gaps, type Span, upTo } from './coverage.ts';
import { addDays, daysBetween, earlier, type LocalDate, later, weekOf } from './dates.ts';

/** How a resource is read, and what has to be remembered for it. */
export type Cursor = Snapshot | Windows | Since | Each;

/** No dates: each run reads the whole, which is small. */
export interface Snapshot {
  readonly kind: 'snapshot';
  /** Once a day is enough, where requests are scarce. */
  readonly daily?: true;
}

export function snapshot(options: Omit<Snapshot, 'kind'> = {}): Snapshot {
  return { kind: 'snapshot', ...options };
}

/** By local dates with covered ranges. */
export interface Windows {
  readonly kind: 'windows';
  /** Longest span the service accepts in one listing, in days. */
  readonly sliceDays: number;
  /**
   * Days re-read by every run (today included); undefined: what the person configured. Data arrive late, so the
   * first run of a day and the first of a week look further back.
   */
  readonly everyRun?: number;
  readonly firstOfDay: number;
  readonly firstOfWeek: number;
  /** After a slice without a row, ask for all that is left in one go: years without data cost one request. */
  readonly probe: boolean;
}

export function windows(options: Omit<Windows, 'kind'>): Windows {
  return { kind: 'windows', ...options };
}

/** The service tells what changed after an instant: a first listing of everything, then only that. */
export interface Since {
  readonly kind: 'since';
  /** How many days back the service is trusted to tell changes: an older watermark means listing everything. */
  readonly reachDays?: number;
  /** The service lists by dates as well: so a person's dates are read, and what vanished is seen. */
  readonly byDates?: {
    /** Longest span it accepts in one listing, in days. */
    readonly sliceDays: number;
    /** The first run of a week lists so many days whole: changes alone do not tell what was deleted. */
    readonly relistDays: number;
  };
}

export function since(options: Omit<Since, 'kind'> = {}): Since {
  return { kind: 'since', ...options };
}

/**
 * One document for each record of another resource, newest first, and again when that record has changed. What a
 * budget leaves over waits for the next run.
 */
export interface Each {
  readonly kind: 'each';
  /** The other resource; named in `after` as well. */
  readonly of: string;
}

export function each(of: string): Each {
  return { kind: 'each', of };
}

/** What a resource remembers between runs. */
export interface CursorState {
  readonly covered: Coverage;
  /** The local date on which the day's wide re-read was done, and the Monday of the week's. */
  readonly reread: { readonly day?: LocalDate; readonly week?: LocalDate };
  /** Whether any row was ever seen; false: all that is covered was answered with nothing. */
  readonly hadRows?: boolean;
  /** The local date on which the service last refused it for want of rights. */
  readonly refused?: LocalDate;
  /** For `since`: everything changed up to here has been read (UTC epoch milliseconds). */
  readonly watermark?: number;
  /** For `since`: how many records the last complete listing had that lie before the wanted history. */
  readonly leftOut?: number;
}

export const emptyState: CursorState = { covered: [], reread: {} };

export interface Wanted {
  /** Local date of the run. */
  readonly today: LocalDate;
  /** How far back the history is wanted. */
  readonly start: LocalDate;
  /** Days every run re-reads, for cursors that do not set their own. */
  readonly overlapDays: number;
  /** Dates a person named: read whole, whatever is covered. */
  readonly explicit?: Span | undefined;
  /** Read everything again. */
  readonly full: boolean;
}

/** Where the wanted history begins: the provider's start, or so many days before today (today included) if later. */
export function historyStart(start: LocalDate, days: number | undefined, today: LocalDate): LocalDate {
  return days === undefined ? start : later(start, addDays(today, 1 - days));
}

/** What to read now, newest first, in slices. Pure. `today` reaches into tomorrow: the source's date may be ahead. */
export function spansToRead(cursor: Windows, state: CursorState, wanted: Wanted): Span[] {
  const tomorrow = addDays(wanted.today, 1);
  if (wanted.explicit !== undefined) {
    const { from, to } = wanted.explicit;
    return slices([{ from, to: to === wanted.today ? tomorrow : earlier(to, tomorrow) }], cursor.sliceDays);
  }
  const all: Span = { from: earlier(wanted.start, wanted.today), to: tomorrow };
  if (wanted.full) return slices([all], cursor.sliceDays);
  const from = later(addDays(wanted.today, 1 - rereadDays(cursor, state, wanted)), all.from);
  const reread: Span = { from: earlier(from, wanted.today), to: tomorrow };
  let toRead: Coverage = [reread];
  for (const gap of gaps(state.covered, all)) toRead = cover(toRead, gap);
  return slices(toRead, cursor.sliceDays);
}

/** The first run of a day or week never looks back less far than any other run does. */
function rereadDays(cursor: Windows, state: CursorState, wanted: Wanted): number {
  const always = cursor.everyRun ?? wanted.overlapDays;
  if (state.reread.week !== weekOf(wanted.today)) return Math.max(always, cursor.firstOfWeek);
  return state.reread.day === wanted.today ? always : Math.max(always, cursor.firstOfDay);
}

/** Newest first; each slice at most `days` long. */
function slices(spans: Coverage, days: number): Span[] {
  const cut: Span[] = [];
  for (const { from, to } of [...spans].reverse()) {
    for (let end = to; end >= from; end = addDays(end, -days)) {
      cut.push({ from: later(from, addDays(end, 1 - days)), to: end });
    }
  }
  return cut;
}

/** The state once the span has been read to its end. Today is never covered: it is not over. */
export function afterSpan(state: CursorState, span: Span, today: LocalDate): CursorState {
  const done = upTo(span, addDays(today, -1));
  return done === undefined ? state : { ...state, covered: cover(state.covered, done) };
}

/** The slices of one span, newest first. */
export function slicesOf(span: Span, days: number): Span[] {
  return slices([span], days);
}

/** The state as of today: a run whose clock was ahead has read nothing of what had not happened yet. */
export function asOf(state: CursorState, today: LocalDate): CursorState {
  const covered = state.covered.flatMap((span) => upTo(span, addDays(today, -1)) ?? []);
  const { day, week } = state.reread;
  const reread = {
    ...(day === undefined || day > today ? {} : { day }),
    ...(week === undefined || week > today ? {} : { week }),
  };
  return { ...state, covered, reread };
}

/**
 * The state once a listing with so many rows has been read. A service may answer with nothing for want of a scope, so
 * the first row ever leaves only that covered which this run has read itself.
 */
export function afterRows(state: CursorState, rows: number, readNow: Coverage): CursorState {
  if (rows === 0)
    return state.covered.length === 0 && state.hadRows === undefined ? { ...state, hadRows: false } : state;
  return { ...state, covered: state.hadRows === false ? readNow : state.covered, hadRows: true };
}

/** The state once everything that a plain run wanted has been read. */
export function afterRun(state: CursorState, today: LocalDate): CursorState {
  return { ...state, reread: { day: today, week: weekOf(today) } };
}

/** Days of the span, both ends included. */
export function lengthOf(span: Span): number {
  return daysBetween(span.from, span.to) + 1;
}
