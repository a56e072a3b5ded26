import { readFileSync } from 'node:fs';

const HEADER = 32;
const FRAME_HEADER = 24;

/** What a write-ahead log holds that nobody has folded back into the database (https://www.sqlite.org/fileformat2.html#walformat). */
export interface Written {
  /** Transactions that ended well. */
  readonly commits: number;
  /** Pages, each as often as it was written. */
  readonly pages: number;
}

export function readWal(file: string): Written {
  const wal = readFileSync(file);
  if (wal.length < HEADER) return { commits: 0, pages: 0 };
  const frame = FRAME_HEADER + wal.readUInt32BE(8);
  const salt = wal.subarray(16, 24);
  let commits = 0;
  let pages = 0;
  for (let at = HEADER; at + frame <= wal.length; at += frame) {
    // Frames behind the last valid one are left over from before the log began anew.
    if (!wal.subarray(at + 8, at + 16).equals(salt)) break;
    pages += 1;
    // The size of the database after a commit; 0 in the frames before it.
    if (wal.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return { commits, pages };
}
