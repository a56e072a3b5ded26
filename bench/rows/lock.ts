import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { atMost, shown } from '../figures.ts';
import { PLAIN_SYNC } from '../firstSync.ts';
import type { Place } from '../place.ts';
import type { Services } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';

const LIMIT = 100;

export async function lockRow(stage: Stage): Promise<Line[]> {
  const services = await stage.services({ names: ['oura'], days: 2 });
  // Nobody is ever answered, so whoever has asked holds the lock until it is killed.
  await services.latency(600_000);
  const place = stage.place(services.sections);
  const took: number[] = [];
  for (let round = 0; round < stage.options.sizes.kills; round += 1)
    took.push(await killed(stage, services, place));
  await services.stop();
  place.remove();
  return [
    atMost(
      'D12 the lock of a killed run is free, the slowest of all',
      Math.max(...took),
      LIMIT,
      'ms',
      `${shown(took, 'ms')} in ${took.length} kills`,
    ),
  ];
}

/** Milliseconds from the signal until the run lock can be taken. */
async function killed(stage: Stage, services: Services, place: Place): Promise<number> {
  const before = await services.open();
  const { file, args, cwd, env } = stage.program(place, PLAIN_SYNC);
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  while ((await services.open()) <= before) {
    if (child.exitCode !== null) throw new Error(`the run ended with ${child.exitCode}`);
  }
  const lock = new Database(`${place.database}.run.lock`, { timeout: 0 });
  if (isFree(lock)) throw new Error('a run without a lock');
  const begin = process.hrtime.bigint();
  child.kill('SIGKILL');
  while (!isFree(lock)) await nextTurn();
  const took = Number(process.hrtime.bigint() - begin) / 1e6;
  lock.close();
  await ended;
  return took;
}

function isFree(lock: Database.Database): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return true;
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
