import type { Comparison } from '../../core/push/compare.ts';
import { runHint } from '../../program.ts';
import type { ComparedSources } from './comparison.ts';
import { type Finding, ok, problem, shortList, warning } from './finding.ts';

const AREA = 'entries';

/** The store against what Clockify lists, sleep first. */
export function comparisonFindings({ all, sources }: ComparedSources, days: number): Finding[] {
  return [
    ...sources.flatMap(({ rule, found }) =>
      entryFindings(found, days, rule.number === null ? undefined : rule.name),
    ),
    ...all.withoutRule.map(({ source, entries }) =>
      warning(
        AREA,
        `${entries} entries of ${source} have no rule any more`,
        `Left as they are. ${runHint('cleanup')} takes away every entry of ours.`,
      ),
    ),
  ];
}

/** `source`: undefined for sleep. */
function entryFindings(found: Comparison, days: number, source: string | undefined): Finding[] {
  const sync = runHint('sync');
  const findings: Finding[] = [];
  const add = (dates: readonly string[], make: (text: string) => Finding, what: string) => {
    if (dates.length === 0) return;
    const one = source === undefined ? 'night' : `${source} session`;
    const nights = dates.length === 1 ? one : `${one}s`;
    findings.push(make(`${dates.length} ${nights} ${what}: ${shortList([...new Set(dates)])}`));
  };
  const later = (hint: string) => (text: string) => warning(AREA, text, hint);
  add(found.missing, (text) => problem(AREA, 'TEMP', text, sync), 'without an entry');
  add(
    found.double,
    (text) => problem(AREA, 'STORE', text, doubleHint(found.double)),
    'with more than one entry',
  );
  add(found.behind, later(sync), 'changed at the source since the entry was written');
  add(found.unknown, later(sync), 'with an entry of ours that the ledger does not know');
  add(found.drifted, later('Kept like this. `sync --force` overwrites them.'), 'edited by you in Clockify');
  add(
    found.notThere,
    later('Left like this. `sync --force` makes them again.'),
    'whose entry was deleted or moved away in Clockify',
  );
  add(found.blocked, later('Unlock the period in Clockify, or leave it.'), 'locked or declined');
  add(found.stray, later(strayHint(found.stray)), 'with an entry of ours but without a record in the store');
  const gone = found.deletedThere.length > 0 ? `, ${found.deletedThere.length} deleted by you` : '';
  const what = source === undefined ? 'nights' : `${source} sessions`;
  const line = `${found.same} of the last ${days} days’ ${what} agree with Clockify${gone}`;
  return [ok(AREA, line), ...findings];
}

function doubleHint(dates: readonly string[]): string {
  return `Delete the one too many in Clockify, or take both away and sync. ${cleanup(dates)}`;
}

function strayHint(dates: readonly string[]): string {
  return `Look at them: ${cleanup(dates, ' --dry-run')}`;
}

function cleanup(dates: readonly string[], more = ''): string {
  const sorted = [...dates].sort();
  return runHint(`cleanup --from ${sorted[0]} --to ${sorted.at(-1)}${more}`);
}
