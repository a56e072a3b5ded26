import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/core/destination.ts';
import { type ComparedRule, type Comparison, compare, sumOf } from '../../src/core/push/compare.ts';
import { entryOf, HOUR, intentOf, NOW, night, rowOf, style } from './push-support.ts';

const SPAN = { from: '2024-02-20', to: '2024-02-29' };
const NOTHING = sumOf([]);

/** What differs, besides what is nothing. */
function differences(
  rules: readonly Partial<ComparedRule>[],
  entries: readonly Entry[],
  span = SPAN,
): Partial<Comparison> {
  const whole = rules.map((rule) => ({ sessions: [], rows: [], style, ...rule }));
  const found = compare({ rules: whole, entries, span, now: NOW });
  return Object.fromEntries(
    Object.entries(found).filter(([key, value]) =>
      key === 'same' ? value !== 0 : (value as readonly string[]).length > 0,
    ),
  );
}

const last = night();
const before = night(1);
const edited = entryOf(last, { text: `${entryOf(last).text} with a cold` });

describe('store and destination', () => {
  test.each<[string, Partial<ComparedRule>, Entry[], Partial<Comparison>]>([
    ['nothing anywhere', {}, [], {}],
    ['as it should be', { sessions: [last], rows: [rowOf(last)] }, [entryOf(last)], { same: 1 }],
    ['a night without an entry', { sessions: [last] }, [], { missing: ['2024-02-29'] }],
    [
      'an entry that the ledger does not know',
      { sessions: [last] },
      [entryOf(last)],
      { unknown: ['2024-02-29'] },
    ],
    [
      'a night that was re-scored since',
      { sessions: [night(0, { asleepSeconds: 3600 })], rows: [rowOf(last)] },
      [entryOf(last)],
      { behind: ['2024-02-29'] },
    ],
    [
      'a night that is gone at the source',
      { rows: [rowOf(last)] },
      [entryOf(last)],
      { behind: ['2024-02-29'] },
    ],
    [
      'an entry that the person edited',
      { sessions: [last], rows: [rowOf(last)] },
      [edited],
      { drifted: ['2024-02-29'] },
    ],
    [
      'an edited entry of a night that is gone',
      { rows: [rowOf(last)] },
      [edited],
      { drifted: ['2024-02-29'] },
    ],
    [
      'an entry that is not where it was',
      { sessions: [last, before], rows: [rowOf(last), rowOf(before)] },
      [entryOf(before)],
      { same: 1, notThere: ['2024-02-29'] },
    ],
    [
      'an entry that is not where it was, of a night that is gone',
      { rows: [rowOf(last)] },
      [],
      { notThere: ['2024-02-29'] },
    ],
    [
      'an entry that the person deleted',
      { sessions: [last], rows: [rowOf(last, { state: 'gone', remoteId: null })] },
      [],
      { deletedThere: ['2024-02-29'] },
    ],
    [
      'a night whose entry is locked',
      { rows: [rowOf(last)] },
      [entryOf(last, { locked: true })],
      { blocked: ['2024-02-29'] },
    ],
    [
      'two entries of one night',
      { sessions: [last], rows: [rowOf(last)] },
      [entryOf(last), entryOf(last, { remoteId: 'b' })],
      { same: 1, double: ['2024-02-29'] },
    ],
    ['an entry of no night', {}, [entryOf(last)], { stray: ['2024-02-29'] }],
    ['a timer that runs under our marker', {}, [entryOf(last, { endAt: null })], {}],
    ['an entry of somebody else', {}, [entryOf(last, { text: 'a night' })], {}],
  ])('%s', (_name, rule, entries, expected) => {
    expect(differences([rule], entries)).toEqual(expected);
  });

  test('only the days named count, both ends among them', () => {
    const rule = { sessions: [last, before], rows: [rowOf(night(2)), rowOf(night(3), { state: 'gone' })] };
    const span = { from: '2024-02-28', to: '2024-02-28' };
    const strays = [entryOf(night(4)), entryOf(night(5))];
    expect(differences([rule], strays, span)).toEqual({ missing: ['2024-02-28'] });
    const first = { from: '2024-02-24', to: '2024-02-24' };
    expect(differences([{}], strays, first)).toEqual({ stray: ['2024-02-24'] });
  });

  test('two sessions that begin in one minute have an entry each, a third entry is one too many', () => {
    const twin = night(0, { recordId: 'twin', endAt: last.endAt - HOUR });
    const rule = { sessions: [last, twin], rows: [rowOf(last), rowOf(twin)] };
    const entries = [entryOf(last), entryOf(twin)];
    expect(differences([rule], entries)).toEqual({ same: 2 });
    const third = entryOf(last, { remoteId: 'third' });
    expect(differences([rule], [...entries, third])).toEqual({ same: 2, double: ['2024-02-29'] });
  });

  test('what another rule of the source has in the ledger is neither unknown nor stray', () => {
    const others = { style: { ...style, types: ['nap'] }, rows: [rowOf(last), intentOf(before)] };
    const own = { sessions: [night(0, { recordId: 'moved' })] };
    expect(differences([own, others], [entryOf(last)])).toMatchObject({ missing: ['2024-02-29'] });
    expect(differences([{}, others], [entryOf(last)])).not.toHaveProperty('stray');
  });

  test('without a rule nothing is compared, and parts add up', () => {
    expect(differences([], [entryOf(last)])).toEqual({});
    const one = { ...NOTHING, same: 2, missing: ['2024-02-29'] };
    expect(sumOf([one, one])).toEqual({ ...NOTHING, same: 4, missing: ['2024-02-29', '2024-02-29'] });
  });
});
