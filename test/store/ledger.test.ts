import { describe, expect, test } from 'vitest';
import type { LedgerRow } from '../../src/store/ledger.ts';
import { NOON, newStore } from './support.ts';

const row = (more: Partial<LedgerRow> = {}): LedgerRow => ({
  provider: 'somewhere',
  account: 'me',
  resource: 'sleep',
  recordId: 'a',
  state: 'done',
  remoteId: 'entry',
  fields: { startAt: 1, endAt: null, text: '🛌', projectId: null },
  sent: { removed: true },
  session: { day: '2024-01-15', efficiency: null },
  template: '{duration}',
  kept: true,
  problem: null,
  notedAt: NOON,
  ...more,
});

describe('a ledger', () => {
  test.each<[string, LedgerRow]>([
    ['a row that is done', row()],
    ['an intent', row({ state: 'intent', remoteId: null, fields: null, template: null, kept: false })],
    ['a row that is gone', row({ state: 'gone', remoteId: null, sent: null })],
    ['a refusal', row({ state: 'intent', remoteId: null, fields: null, sent: null, problem: 'declined' })],
  ])('keeps %s as it is', (_name, kept) => {
    const ledger = newStore().ledger('clockify', 'w/u');
    ledger.put(kept, kept.notedAt);
    expect([ledger.all(), ledger.get(kept)]).toEqual([[kept], kept]);
  });

  test('replaces the row of the same session and forgets it', () => {
    const ledger = newStore().ledger('clockify', 'w/u');
    ledger.put(row({ state: 'intent', remoteId: null }), NOON);
    ledger.put(row({ remoteId: 'new' }), NOON + 1);
    expect(ledger.all()).toEqual([row({ remoteId: 'new', notedAt: NOON + 1 })]);
    ledger.forget(row());
    expect([ledger.all(), ledger.get(row())]).toEqual([[], undefined]);
  });

  test.each<[string, Partial<LedgerRow>]>([
    ['provider', { provider: 'b' }],
    ['account', { account: 'b' }],
    ['resource', { resource: 'b' }],
    ['record', { recordId: 'b' }],
  ])('D18 keeps sessions of another %s apart', (_name, more) => {
    const ledger = newStore().ledger('clockify', 'w/u');
    ledger.put(row(), NOON);
    ledger.put(row({ ...more, remoteId: 'other' }), NOON);
    expect(ledger.all().length).toBe(2);
    ledger.forget(row(more));
    expect(ledger.all()).toEqual([row()]);
  });

  test('F11 keeps destinations and workspaces apart', () => {
    const store = newStore();
    store.ledger('clockify', 'w/u').put(row(), NOON);
    for (const other of [store.ledger('clockify', 'w2/u'), store.ledger('elsewhere', 'w/u')]) {
      expect([other.all(), other.get(row())]).toEqual([[], undefined]);
      other.put(row({ kept: false }), NOON);
      other.forget(row());
    }
    expect(store.ledger('clockify', 'w/u').all()).toEqual([row()]);
  });

  test('takes no state that nobody knows', () => {
    const ledger = newStore().ledger('clockify', 'w/u');
    expect(() => ledger.put(row({ state: 'odd' as never }), NOON)).toThrow(/CHECK/);
  });

  test('E3 what was put is there for another connection at once', () => {
    const store = newStore();
    store.ledger('clockify', 'w/u').put(row(), NOON);
    expect(newStore(store.path).ledger('clockify', 'w/u').all()).toEqual([row()]);
  });
});
