/** A change that makes no difference, so that no test can notice it. */
export interface Equivalent {
  /** Below the checkout. */
  readonly file: string;
  /** The line as it stands there, without the space around it. */
  readonly line: string;
  /** What is changed, and what it becomes. */
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

export const equivalents: readonly Equivalent[] = [
  {
    file: 'src/core/push/adopt.ts',
    line: '(a.entry.remoteId < b.entry.remoteId ? -1 : 1),',
    before: '<',
    after: '<=',
    reason: 'No two entries have one id.',
  },
  {
    file: 'src/core/sync/stream.ts',
    line: 'newest = 0;',
    before: '0',
    after: '(-1)',
    reason: 'It is only asked whether it is more than 0.',
  },
  {
    file: 'src/core/push/prepare.ts',
    line: 'if (lookedUp.size > 0) checked = plan({ ...input, listing });',
    before: '0',
    after: '(-1)',
    reason: 'The same plan of the same input, made twice.',
  },
  {
    file: 'src/core/sync/stranger.ts',
    line: "if (credentials !== undefined) facts?.put(scope, 'id', { credentials, person: digest }, clock.now());",
    before: 'credentials !== undefined',
    after: 'true',
    reason: 'A memory without credentials is not understood when it is read, and asked for again.',
  },
  {
    file: 'src/core/sync/byWindows.ts',
    line: 'if (rows === 0 && queue.length > 1 && oldest !== undefined) {',
    before: '>',
    after: '>=',
    reason: 'One slice that is left becomes the same slice.',
  },
  {
    file: 'src/store/streams.ts',
    line: '.run(outcome, message ?? null, outcome, now, stream);',
    before: 'message ?? null',
    after: 'message',
    reason: 'better-sqlite3 binds undefined as NULL.',
  },
  {
    file: 'src/core/sync/stream.ts',
    line: "return everywhere.rejected > 0 ? 'rejected' : 'stored';",
    before: "'rejected'",
    after: "''",
    reason: 'It is only asked whether it was stored, and whether it is gone.',
  },
  {
    file: 'src/store/records.ts',
    line: 'const day = row.day ?? null;',
    before: 'row.day ?? null',
    after: 'row.day',
    reason: 'better-sqlite3 binds undefined as NULL, and nothing else reads it.',
  },
  {
    file: 'src/core/sync/person.ts',
    line: "const asked = understood.flatMap(({ change }) => ('remove' in change ? [] : [change.row.id]));",
    before: "'remove' in change",
    after: 'false',
    reason: 'The record that says whose account it is comes in no list of removals.',
  },
];
