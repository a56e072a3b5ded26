import type { Document } from '../../src/sandbox/oura.ts';
import { type Asked, type Front, type FrontOptions, type Manner, startFront } from './front.ts';

export interface ServiceOptions {
  readonly days: number;
  /** Replies as the imitation gives them, not as they were when the goals were set. */
  readonly fullFields: boolean;
  /** Exactly these in place of the invented sleep. */
  readonly sleeps: (() => Document[]) | undefined;
  /** Clockify has an entry for each of `sleeps`. */
  readonly pushed: boolean;
  readonly time: { now: number };
  readonly manner: Manner;
  readonly log: Asked[];
}

/** One imitation with its front; `section` is what the program's configuration says of it. */
export interface Service {
  /** The section's name. */
  readonly id: string;
  readonly front: Front;
  readonly section: Readonly<Record<string, unknown>>;
  /** The clock shows another time now. */
  readonly moved?: () => void;
}

/** Seconds, longer than any history: no run shall spend its time on renewing tokens. */
export const TOKEN_LIFE = 1_000 * 86_400;

type Behind = { readonly url: string; readonly requests: { length: number } };

export function frontOf(
  { time, manner, log }: ServiceOptions,
  { behind, ...own }: Pick<FrontOptions, 'service' | 'isRead' | 'instead'> & { behind: Behind },
): Promise<Front> {
  return startFront({
    ...own,
    behind: behind.url,
    // Its own log of replies would fill the memory.
    forget: () => {
      behind.requests.length = 0;
    },
    manner,
    log,
    now: () => time.now,
  });
}
