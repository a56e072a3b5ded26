import { type Outcome, ProgramError } from '../../../src/core/errors.ts';
import { Finding, faultOfWords } from '../finding.ts';

/** What a reply may end a run with. A fault of the disk, another run and a person's signal have no part in it. */
const EXPECTED: ReadonlySet<Outcome> = new Set(['USAGE', 'AUTH', 'TEMP', 'PARTIAL', 'CONTRACT']);

/** Errors are the program's own and say nothing that they should not. */
export function refuseWords(errors: readonly unknown[], namesAreFine = false): void {
  for (const error of errors) {
    if (!(error instanceof ProgramError))
      throw new Finding('crashes', `not an error of ours: ${error}`, error);
    if (!EXPECTED.has(error.outcome))
      throw new Finding('crashes', `ended ${error.outcome}: ${error.message}`, error);
    const fault = faultOfWords(error.message, namesAreFine) ?? faultOfWords(error.hint ?? '', namesAreFine);
    if (fault !== undefined) throw new Finding('others', fault, error);
  }
}
