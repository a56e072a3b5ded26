import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { Gate, type Limits } from '../../src/http/gate.ts';
import { openDatabase } from '../../src/store/database.ts';
import { RateWindows } from '../../src/store/windows.ts';

export const NOON = Date.parse('2024-01-15T12:00:00Z');

/** A clock that stands still, except that sleeping moves it. */
export class TestClock implements Clock {
  time = NOON;
  readonly slept: number[] = [];

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(milliseconds);
    this.time += milliseconds;
  }
}

/** The path of a database in a folder that is gone after the test. */
export function databasePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'http-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'health.sqlite');
}

export const HOUR = 3_600_000;

/** A gate as a process of its own would have it: only the database is shared. */
export function gateOf(path: string, clock: Clock, limits: Partial<Limits> = {}, waitForever = false): Gate {
  const db = openDatabase(path);
  onTestFinished(() => void db.close());
  return new Gate({
    scope: 'somewhere',
    windows: new RateWindows(db),
    clock,
    limits: { unexplained: HOUR, ...limits },
    waitForever,
  });
}
