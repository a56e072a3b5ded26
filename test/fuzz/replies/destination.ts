import fc from 'fast-check';
import type { ProgramError } from '../../../src/core/errors.ts';
import { oura } from '../../../src/providers/oura.ts';
import { addEntry } from '../../../src/sandbox/clockify/truth.ts';
import { Finding, refuseTouchedPrototypes } from '../finding.ts';
import { inTime } from '../hang.ts';
import type { Subject } from '../rounds.ts';
import { AnsweringWire, Answers } from './answers.ts';
import { type Answered, type Change, type Damage, damaged, damages } from './damage.ts';
import { newOffice, type Office, pushWith } from './office.ts';
import { type World, worldOf } from './recording.ts';
import { refuseWords } from './words.ts';

/** One bad reply in a push, or the same to every request from one on. */
export interface PushCase {
  /** How many requests are answered well before. */
  readonly at: number;
  readonly reach: 'one' | 'all';
  readonly damage: Damage | Change;
  /** Whether what was asked was carried out all the same. */
  readonly isDone: boolean;
  /** Who and where are asked for again. */
  readonly forgets: boolean;
}

/** An honest run asks for so much at most. */
const REQUESTS = 24;
const DAY = 86_400_000;
const MARKER = /\[[\w.-]+:\d{4}-\d{2}-\d{2}_\d{2}:\d{2}\]/;

/** Replies of Clockify to what is written there: a night to make, one to move, one to take away, and some to leave alone. */
export async function writes(): Promise<Subject<PushCase>> {
  const world = await worldOf(oura);
  const { store, clock } = world;
  const wire = new AnsweringWire();
  const office = newOffice(clock.now);
  wire.answers = answersOf(office, () => undefined);
  addEntry(office.state, { start: '2026-03-10T09:00:00Z', end: '2026-03-10T17:00:00Z', description: 'Beds' });
  const nights = store.db
    .prepare<[], { stream: number; id: string }>(
      "SELECT stream, id FROM sessions WHERE kind = 'sleep' ORDER BY start_at",
    )
    .all();
  if (nights.length < 6) throw new Error('there are too few nights');
  const late = nights.at(-1) as { stream: number; id: string };
  const saved = store.db
    .prepare('SELECT * FROM sessions WHERE stream = ? AND id = ?')
    .get(late.stream, late.id);
  const remove = store.db.prepare('DELETE FROM sessions WHERE stream = ? AND id = ?');
  remove.run(late.stream, late.id);
  refuseFailed(await pushWith({ store, wire, clock }));
  const columns = Object.keys(saved as object);
  const put = store.db.prepare(
    `INSERT INTO sessions (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  put.run(saved as object);
  const [moved, gone] = [nights[2], nights[4]] as { stream: number; id: string }[];
  store.db
    .prepare('UPDATE sessions SET end_at = end_at + 600000 WHERE stream = ? AND id = ?')
    .run(moved?.stream, moved?.id);
  remove.run(gone?.stream, gone?.id);
  const base = office.state;
  return {
    name: 'writes',
    cases: fc.record({
      at: fc.nat(REQUESTS),
      reach: fc.constantFrom('one', 'one', 'all' as const),
      damage: damages,
      isDone: fc.boolean(),
      forgets: fc.boolean(),
    }),
    check: (one) =>
      inTime(async () => {
        store.db.exec('BEGIN; DELETE FROM rate_spent; DELETE FROM rate_closed');
        if (one.forgets) store.db.exec('DELETE FROM facts');
        try {
          await check(one, world, wire, newOffice(clock.now, base), gone?.id as string);
        } finally {
          store.db.exec('ROLLBACK');
        }
      }),
    end: async () => {
      world.end();
      await wire.close();
    },
  };
}

function refuseFailed(errors: readonly ProgramError[]): void {
  if (errors[0] !== undefined) throw new Error('a push ended badly by itself', { cause: errors[0] });
}

/** `damage` answers what becomes of the number-th request, if anything. */
function answersOf(
  office: Office,
  damage: (number: number) => Damage | Change | undefined,
  isDone = true,
): Answers {
  let number = 0;
  return new Answers({
    honest: (key) => {
      const bad = damage(number);
      number += 1;
      if (bad === undefined) return office.answer(key);
      const asked =
        isDone || key.startsWith('GET ') ? office.answer(key) : { status: 200, headers: {}, text: '{}' };
      return damaged(asked, bad);
    },
    isHit: () => false,
    hit: NOTHING,
    otherwise: NOTHING,
  });
}

const NOTHING: Answered = { status: 503, headers: {}, text: '' };

interface Row {
  readonly record_id: string;
  readonly remote_id: string | null;
  readonly state: string;
}

async function check(
  one: PushCase,
  { store, clock }: World,
  wire: AnsweringWire,
  office: Office,
  gone: string,
) {
  const rows = store.db.prepare<[], Row>('SELECT record_id, remote_id, state FROM entries');
  const before = rows.all();
  const own = new Map(before.map(({ record_id, remote_id }) => [remote_id, record_id]));
  const entries = () => [...office.state.workspaces.values()].flatMap((one) => [...one.entries.values()]);
  const there = new Set(entries().map(({ id }) => id));
  const isBad = (number: number) => (one.reach === 'one' ? number === one.at : number >= one.at);
  const answers = answersOf(office, (number) => (isBad(number) ? one.damage : undefined), one.isDone);
  const push = async (told: Answers) => {
    wire.answers = told;
    return pushWith({ store, wire, clock });
  };
  refuseWords(await push(answers), true);
  refuseTouchedPrototypes();
  // A week later nobody lies any more.
  const time = clock.now();
  clock.set(time + 8 * DAY);
  store.db.exec('DELETE FROM rate_spent; DELETE FROM rate_closed');
  const later = answersOf(office, () => undefined);
  refuseWords(await push(later), true);
  clock.set(time);
  const kept = new Set(entries().map(({ id }) => id));
  for (const id of there)
    if (!kept.has(id) && own.get(id) !== gone) throw new Finding('deletions', `the entry ${id} was deleted`);
  const lost = before.filter(
    ({ record_id }) => record_id !== gone && !rows.all().some((row) => row.record_id === record_id),
  );
  if (lost.length > 0)
    throw new Finding('deletions', `the ledger forgot ${lost.map(({ record_id }) => record_id)}`);
  const markers = entries().map(({ description }) => MARKER.exec(description ?? '')?.[0]);
  const twice = markers.find((marker, index) => marker !== undefined && markers.indexOf(marker) !== index);
  if (twice !== undefined) throw new Finding('others', `two entries carry ${twice}`);
}
