import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MOST_SENDS, type Token } from '../../src/store/tokens.ts';
import { NOON, newStore } from './support.ts';

const token = (more: Partial<Token> = {}): Token => ({
  accessToken: 'access-1',
  refreshToken: 'refresh-1',
  expiresAt: NOON + 1000,
  scope: 'daily email',
  world: 'moi',
  userId: 'person',
  obtainedAt: NOON,
  ...more,
});

describe('a pair', () => {
  test('is read as it was saved, and nobody else’s', () => {
    const store = newStore();
    store.tokens('somewhere', 'me').save(token(), 'digest');
    expect(store.tokens('somewhere', 'me').read()).toEqual({
      token: token(),
      userId: 'person',
      seedDigest: 'digest',
      previousRefreshToken: null,
      sentDigest: null,
      sends: 0,
      sentAt: null,
      reply: null,
      replyWorld: null,
    });
    expect(store.tokens('somewhere', 'partner').read()).toBeUndefined();
    expect(store.tokens('elsewhere', 'me').read()).toBeUndefined();
  });

  test('without a refresh token, an end, a scope or a person is kept like that', () => {
    const bare = token({ refreshToken: null, expiresAt: null, scope: null, world: null, userId: null });
    const tokens = newStore().tokens('somewhere', 'me');
    tokens.save(token());
    tokens.save(bare);
    expect(tokens.read()?.token).toEqual(bare);
  });

  test('A25 a new pair keeps the digest of the seed that was imported', () => {
    const tokens = newStore().tokens('somewhere', 'me');
    tokens.save(token(), 'digest');
    tokens.save(token({ accessToken: 'access-2' }));
    expect(tokens.read()).toMatchObject({ seedDigest: 'digest', token: { accessToken: 'access-2' } });
  });
});

describe('A2 sends of one refresh token', () => {
  test('are counted for that token alone', () => {
    const tokens = newStore().tokens('somewhere', 'me');
    tokens.save(token());
    expect([
      tokens.noteSend('a', NOON),
      tokens.noteSend('a', NOON + 1),
      tokens.noteSend('b', NOON + 2),
    ]).toEqual([1, 2, 1]);
    expect(tokens.read()).toMatchObject({ sentDigest: 'b', sends: 1, sentAt: NOON + 2 });
  });

  test('that never left this machine do not count', () => {
    const tokens = newStore().tokens('somewhere', 'me');
    tokens.save(token());
    tokens.noteSend('a', NOON);
    tokens.unnoteSend();
    tokens.unnoteSend();
    expect(tokens.read()?.sends).toBe(0);
    expect(tokens.noteSend('a', NOON)).toBe(1);
  });

  test('A9 are used up once the token is dead, also when a logout came first', () => {
    const tokens = newStore().tokens('somewhere', 'me');
    tokens.noteDead('a', NOON);
    expect(tokens.read()).toBeUndefined();
    tokens.save(token());
    tokens.noteDead('a', NOON);
    expect(tokens.read()).toMatchObject({ sentDigest: 'a', sends: MOST_SENDS, sentAt: NOON });
  });

  test('are over with a new pair', () => {
    const tokens = newStore().tokens('somewhere', 'me');
    tokens.save(token());
    tokens.noteSend('a', NOON);
    tokens.save(token({ refreshToken: 'refresh-2' }));
    expect(tokens.read()).toMatchObject({ sentDigest: null, sends: 0, sentAt: null });
  });
});

describe('A1 the reply', () => {
  test('is on disk beside the old pair until it is understood, also for another process', () => {
    const store = newStore();
    const tokens = store.tokens('somewhere', 'me');
    tokens.save(token());
    tokens.noteSend('a', NOON);
    tokens.noteReply('{"access_token":"access-2"}', 'moi');
    expect(newStore(store.path).tokens('somewhere', 'me').read()).toMatchObject({
      token: token(),
      sends: 1,
      reply: '{"access_token":"access-2"}',
      replyWorld: 'moi',
    });
    tokens.save(token({ accessToken: 'access-2' }));
    expect(tokens.read()).toMatchObject({
      reply: null,
      replyWorld: null,
      token: { accessToken: 'access-2' },
    });
  });

  test('of the first sign-in is kept before there is a pair', () => {
    const tokens = newStore().tokens('somewhere', 'me');
    tokens.noteReply('{}', 'legacy');
    expect(tokens.read()).toMatchObject({ token: undefined, reply: '{}', replyWorld: 'legacy' });
  });
});

describe('A24 forgetting', () => {
  test.each([
    ['short', 'CANARY'],
    ['longer than a page', 'CANARY'.repeat(2000)],
  ])('leaves no byte of a %s token in any file, neither of replies nor of earlier pairs', (_name, canary) => {
    const store = newStore();
    const tokens = store.tokens('somewhere', 'me');
    for (const round of [1, 2, 3]) {
      const accessToken = `${round}${canary}`;
      tokens.noteReply(JSON.stringify({ access_token: accessToken, refresh_token: canary }), 'moi');
      tokens.save(token({ accessToken, refreshToken: `${canary}${round}` }), 'digest');
    }
    tokens.forget();
    for (const end of ['', '-wal', '-shm']) {
      expect(readFileSync(store.path + end).includes('CANARY'), `${end} holds it`).toBe(false);
    }
    expect(tokens.read()).toMatchObject({ token: undefined, seedDigest: 'digest', sends: 0, reply: null });
  });

  test('while another program reads says that bytes are left, and again later removes them', () => {
    const store = newStore();
    const tokens = store.tokens('somewhere', 'me');
    tokens.save(token({ accessToken: 'CANARY' }));
    const reader = newStore(store.path).db;
    reader.exec('BEGIN; SELECT * FROM oauth_tokens');
    store.db.pragma('busy_timeout = 20');
    expect(tokens.forget()).toBe(false);
    reader.exec('COMMIT');
    expect(tokens.forget()).toBe(true);
    for (const end of ['', '-wal']) expect(readFileSync(store.path + end).includes('CANARY')).toBe(false);
  });

  test('remembers whose the records are for as long as there are any', () => {
    const store = newStore();
    const tokens = store.tokens('somewhere', 'me');
    tokens.save(token({ userId: 'ann' }));
    tokens.forget();
    expect(tokens.read()).toMatchObject({ token: undefined, userId: null });
    tokens.save(token({ userId: 'ann' }));
    const stream = store.records.streams.number({
      provider: 'somewhere',
      account: 'me',
      resource: 'weights',
    });
    store.db
      .prepare(
        `INSERT INTO items (stream, id, first_seen, last_seen, content_hash, payload) VALUES (?, '1', 0, 0, x'00', '{}')`,
      )
      .run(stream);
    tokens.forget();
    expect(tokens.read()).toMatchObject({ token: undefined, userId: 'ann' });
  });

  test('a send of what is not there counts for nothing', () => {
    expect(newStore().tokens('somewhere', 'me').noteSend('digest', NOON)).toBe(0);
  });

  test('of what is not there does nothing', () => {
    const tokens = newStore().tokens('somewhere', 'me');
    tokens.forget();
    expect(tokens.read()).toBeUndefined();
  });
});
