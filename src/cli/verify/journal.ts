import { closeSync, openSync, readSync } from 'node:fs';
import { runHint } from '../../program.ts';
import { type Finding, problem } from './finding.ts';

const AREA = 'database';
const HEADER_BYTES = 32;
const MAGIC = 0x377f0682;

/**
 * SQLite takes a journal whose beginning is damaged for an empty one and says nothing. To be called before the
 * database is opened: afterwards it is gone.
 */
export function checkJournal(database: string): Finding[] {
  const journal = `${database}-wal`;
  const header = beginningOf(journal);
  if (header === undefined || isSound(header)) return [];
  const text = `${journal} is damaged: what was written last may be lost`;
  return [problem(AREA, 'STORE', text, `What the services have is read again. ${runHint('sync')}`)];
}

/** Zeros are what a loss of power leaves of a journal that nothing was committed to yet. */
function isSound(header: Buffer): boolean {
  if (header.every((byte) => byte === 0)) return true;
  // The lowest bit tells the order of bytes in its checksums.
  return (header.readUInt32BE(0) & ~1) >>> 0 === MAGIC && hasItsChecksum(header);
}

function hasItsChecksum(header: Buffer): boolean {
  const littleEndian = (header.readUInt32BE(0) & 1) === 0;
  const word = (at: number) => (littleEndian ? header.readUInt32LE(at) : header.readUInt32BE(at));
  let one = 0;
  let other = 0;
  for (let at = 0; at < 24; at += 8) {
    one = (one + word(at) + other) >>> 0;
    other = (other + word(at + 4) + one) >>> 0;
  }
  return header.readUInt32BE(24) === one && header.readUInt32BE(28) === other;
}

/** undefined: there is none, or it is too short to hold anything. */
function beginningOf(path: string): Buffer | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const header = Buffer.alloc(HEADER_BYTES);
      return readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES ? undefined : header;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
