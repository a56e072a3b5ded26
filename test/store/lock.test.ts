import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LockedError, StoreError } from '../../src/core/errors.ts';
import { Lock } from '../../src/store/lock.ts';
import { folder, newStore, start } from './support.ts';

const HOLD = `
  import { Lock } from 'store/lock.ts';
  // Kept where no garbage collection comes: with the lock's object the lock would go.
  globalThis.lock = Lock.try(process.argv[1]);
  console.log(globalThis.lock === undefined ? 'taken' : 'held');
  process.stdin.resume();`;

/** Another process that tries the lock and then waits for its end. */
async function other(path: string) {
  const child = start(HOLD, [path]);
  const [word] = await once(child.stdout, 'data');
  return { child, word: String(word).trim() };
}

const lockPath = () => join(folder(), 'some.lock');

describe('a lock', () => {
  test('is held once in one process and free again after its release', () => {
    const path = lockPath();
    const lock = Lock.try(path);
    expect(lock).toBeInstanceOf(Lock);
    expect(Lock.try(path)).toBeUndefined();
    lock?.release();
    lock?.release();
    const again = Lock.try(path);
    expect(again).toBeInstanceOf(Lock);
    again?.release();
  });

  test.skipIf(process.platform !== 'linux')('that somebody else holds leaves no file open', () => {
    const path = lockPath();
    const lock = Lock.try(path);
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let times = 0; times < 50; times += 1) expect(Lock.try(path)).toBeUndefined();
    expect(open()).toBeLessThan(before + 50);
    lock?.release();
  });

  test('of another path is another one', () => {
    const [one, two] = [Lock.try(lockPath()), Lock.try(lockPath())];
    expect(two).toBeInstanceOf(Lock);
    one?.release();
    two?.release();
  });

  test('D11 is held by one of many processes', async () => {
    const path = lockPath();
    const words = await Promise.all(Array.from({ length: 6 }, async () => (await other(path)).word));
    expect(words.sort()).toEqual(['held', ...Array(5).fill('taken')]);
    expect(Lock.try(path)).toBeUndefined();
  });

  test('D12 is free as soon as its holder was killed', async () => {
    const path = lockPath();
    const { child, word } = await other(path);
    expect([word, Lock.try(path)]).toEqual(['held', undefined]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = Lock.try(path);
    expect(lock).toBeInstanceOf(Lock);
    lock?.release();
  });

  test('is waited for without blocking the process', async () => {
    const path = lockPath();
    const held = Lock.try(path);
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
      if (turns === 3) held?.release();
    }, 5);
    const lock = await Lock.wait(path, 5000);
    clearInterval(counting);
    expect(turns).toBeGreaterThanOrEqual(3);
    lock.release();
  });

  test('that is held on to is given up for after the patience', async () => {
    const path = lockPath();
    const held = Lock.try(path);
    await expect(Lock.wait(path, 50)).rejects.toBeInstanceOf(LockedError);
    await expect(Lock.wait(path, 5000, AbortSignal.abort())).rejects.toThrow(/abort/i);
    held?.release();
  });

  test('in a folder that is not there is a fault of the store', () => {
    expect(() => Lock.try(join(folder(), 'missing/some.lock'))).toThrow(StoreError);
  });
});

test('D11 a second run on one database is refused at once, a run on another is not', () => {
  const store = newStore();
  const lock = store.lockRun();
  expect(() => newStore(store.path).lockRun()).toThrow(LockedError);
  newStore().lockRun().release();
  lock.release();
  newStore(store.path).lockRun().release();
});
