import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Dice, dice } from '../../src/sandbox/dice.ts';
import { openDatabase } from '../../src/store/database.ts';
import { TokenStore } from '../../src/store/tokens.ts';
import { type StrictTokenEndpoint, startTokenEndpoint } from '../support/tokenEndpoint.ts';
import type { RefreshOrder } from './refresher.ts';
import { newTally, note, type Tally } from './tally.ts';

const MOST = 20;
/** Milliseconds within which all of them begin. */
const SPREAD = 20;

export interface Options {
  readonly trials: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}

/**
 * 2 to 20 processes find one pair that has run out: one POST, and all of them go on with what it brought. The
 * processes stay from trial to trial, the database does not.
 */
export async function tokenTrials({ trials, seed, log }: Options): Promise<Tally> {
  const tally = newTally();
  const service = await startTokenEndpoint();
  const folder = mkdtempSync(join(tmpdir(), 'tokens-'));
  const script = fileURLToPath(new URL('refresher.ts', import.meta.url));
  const processes = Array.from({ length: MOST }, () => fork(script, { execArgv: [] }));
  try {
    await Promise.all(processes.map((child) => once(child, 'message')));
    for (let number = 1; number <= trials; number += 1) {
      const roll = dice(seed, 'tokens', number);
      const some = processes.slice(0, roll.whole(2, MOST));
      const database = join(folder, `${number}.sqlite`);
      const name = `trial ${number} of seed ${seed} (tokens, ${some.length} processes)`;
      note(tally, name, 'damaged', await trial(some, database, service, roll));
      tally.trials += 1;
      if (number % 100 === 0) log?.(`${number} trials of tokens, ${tally.problems.length} problems`);
    }
  } finally {
    for (const child of processes) child.kill();
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return tally;
}

async function trial(
  processes: readonly ChildProcess[],
  database: string,
  service: StrictTokenEndpoint,
  roll: Dice,
): Promise<string[]> {
  const { accessToken, refreshToken } = service.issue();
  const db = openDatabase(database);
  const store = new TokenStore(db, 'somewhere', 'me');
  const expired = { scope: null, userId: null, obtainedAt: 0, world: 'new', expiresAt: 1 };
  store.save({ accessToken, refreshToken, ...expired });
  const before = service.posts().length;
  const answers = await Promise.all(
    processes.map(async (child) => {
      const answered = once(child, 'message');
      const order: RefreshOrder = { database, oauth: service.oauth(), pause: roll.whole(0, SPREAD) };
      child.send(order);
      return String((await answered)[0]);
    }),
  );
  const stored = store.read()?.token?.accessToken;
  db.close();
  const posts = service.posts().slice(before);
  const others = answers.filter((answer) => answer !== `Bearer ${stored}`);
  return [
    ...(posts.length === 1 ? [] : [`${posts.length} POSTs`]),
    ...posts.filter(({ status }) => status !== 200).map(({ status }) => `a POST was answered ${status}`),
    ...(stored === accessToken ? ['the old pair is still there'] : []),
    ...others.slice(0, 3),
  ];
}
