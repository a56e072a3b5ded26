import { UsageError } from './errors.ts';

/** Two complete listings without a record count as proof when they are this far apart (milliseconds). */
const APART = 6 * 3_600_000;
/** More than both of these gone at once is more likely the service's fault than a person's doing. */
const BRAKE_SHARE = 0.2;
const BRAKE_COUNT = 10;

export interface Absence {
  /** Ids that a complete listing with at least one row did not hold. */
  readonly absent: readonly string[];
  /** How many records are stored for the same range. */
  readonly storedCount: number;
  readonly allowDeletes: boolean;
  readonly source: string;
  /** Asks for the one record; undefined when the service offers no such route. */
  readonly isGone: ((id: string) => Promise<boolean>) | undefined;
  /** Notes the absence and answers since when it has lasted (UTC epoch milliseconds). */
  readonly missingSince: (id: string) => number;
  readonly now: number;
}

/**
 * Which of the absent records are proven gone: a 404 on the record's own route, or absent from two complete listings
 * at least six hours apart. Throws UsageError when suspiciously many are absent.
 */
export async function findVanished(absence: Absence): Promise<string[]> {
  const { absent, storedCount, source } = absence;
  if (!absence.allowDeletes && absent.length > BRAKE_COUNT && absent.length > BRAKE_SHARE * storedCount) {
    throw new UsageError(
      `${source}: ${absent.length} of ${storedCount} records are missing from the listing; nothing was deleted`,
      { source, hint: 'If they were deleted on purpose, run the same command with --allow-deletes.' },
    );
  }
  const vanished: string[] = [];
  for (const id of absent) {
    const gone =
      absence.isGone === undefined
        ? absence.now - absence.missingSince(id) >= APART
        : await absence.isGone(id);
    if (gone) vanished.push(id);
  }
  return vanished;
}
