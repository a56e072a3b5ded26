import { failpoint } from '../core/failpoint.ts';
import type { Db } from './database.ts';

export interface FinishedRun {
  readonly command: string;
  /** UTC epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: string | null;
  /** Counts only: no health value and no secret. */
  readonly summary: unknown;
}

/** What ran when, and how it ended. A run without an end was killed. */
export class Runs {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  begin(command: string, now: number): number {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO sync_runs (command, started_at) VALUES (?, ?)')
      .run(command, now);
    failpoint('run.begun');
    return Number(lastInsertRowid);
  }

  end(run: number, outcome: string, summary: unknown, now: number): void {
    this.#db
      .prepare('UPDATE sync_runs SET ended_at = ?, outcome = ?, summary = ? WHERE run = ?')
      .run(now, outcome, JSON.stringify(summary), run);
    failpoint('run.ended');
  }

  last(command: string): FinishedRun | undefined {
    const row = this.#db
      .prepare<
        [string],
        { started_at: number; ended_at: number | null; outcome: string | null; summary: string | null }
      >(
        `SELECT started_at, ended_at, outcome, iif(json_valid(summary), summary, NULL) AS summary
         FROM sync_runs WHERE command = ? ORDER BY run DESC LIMIT 1`,
      )
      .get(command);
    if (row === undefined) return undefined;
    return {
      command,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      outcome: row.outcome,
      summary: row.summary === null ? null : JSON.parse(row.summary),
    };
  }
}
