import { addDays, dateAt, daysBetween } from '../../core/dates.ts';
import { type Collection, personalInfo } from './collections.ts';
import { changing, documents } from './documents.ts';
import { DAY, type Life } from './life.ts';
import { type Dated, type DayOfDocuments, type Document, type Entry, entryOf, inOrder } from './records.ts';
import { batteryLevel, type DayOfSamples, heartRate } from './samples.ts';

/** Where a collection's own records come from, before anybody changed them. */
export interface Origin {
  entries(from: number, to: number): Iterable<Entry>;
}

/** Later than this a day's documents do not change by themselves any more. */
const SETTLED = 5;

/** What no later look changes is not made again for each. */
function madeOnce(name: string): DayOfDocuments {
  const make = documents[name] as DayOfDocuments;
  if (changing.has(name)) return make;
  const made = new Map<string, Dated[]>();
  return (life, day, asOf) => {
    const rows = made.get(day) ?? make(life, day, asOf);
    made.set(day, rows);
    return rows;
  };
}

export function inventedDocuments(life: Life, collection: Collection, now: () => number): Origin {
  const make = madeOnce(collection.name);
  const settled: Entry[] = [];
  let next = life.person.firstDay;
  /** While the clock stands still, and within one millisecond, a listing is asked for page by page. */
  let latest: { readonly asOf: number; readonly entries: readonly Entry[] } | undefined;
  return {
    *entries() {
      const asOf = now();
      if (latest?.asOf === asOf) {
        yield* latest.entries;
        return;
      }
      const today = dateAt(asOf, life.person.zone);
      const fresh: Entry[] = [];
      // One day ahead: a late nap of this evening counts for tomorrow.
      for (let day = next; day <= addDays(today, 1); day = addDays(day, 1)) {
        const known = make(life, day, asOf).filter((row) => row.known <= asOf);
        const entries = known.map((row) => entryOf(collection, row.document));
        if (day === next && daysBetween(day, today) > SETTLED) {
          settled.push(...entries);
          next = addDays(day, 1);
        } else fresh.push(...entries);
      }
      // A nap of this evening may count for tomorrow and lie before one that counts for today.
      latest = { asOf, entries: [...settled, ...fresh].sort(inOrder) };
      yield* latest.entries;
    },
  };
}

const sampleSeries: Readonly<Record<string, DayOfSamples>> = {
  heartrate: heartRate,
  ring_battery_level: batteryLevel,
};

/** Made when asked for, one UTC day at a time: years of samples are never held. */
export function inventedSamples(life: Life, collection: Collection, now: () => number): Origin {
  const make = sampleSeries[collection.name] as DayOfSamples;
  const first = Date.parse(life.person.firstDay) - DAY;
  return {
    *entries(from, to) {
      const last = Math.min(to, now());
      for (let day = Math.floor(Math.max(from, first) / DAY); day * DAY <= last; day += 1) {
        const entries = make(life, day).map((document) => entryOf(collection, document));
        for (const entry of entries.sort(inOrder)) {
          if (entry.position >= from && entry.position <= last) yield entry;
        }
      }
    },
  };
}

export function given(entries: readonly Entry[]): Origin {
  return {
    *entries(from, to) {
      for (const entry of entries) if (entry.position >= from && entry.position <= to) yield entry;
    },
  };
}

/** The one record of `personal_info`. */
export function person(document: Document): Origin {
  return given([entryOf(personalInfo, document)]);
}
