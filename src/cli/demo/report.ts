import { PROGRAM } from '../../program.ts';
import { table } from '../table.ts';
import { shellQuoted } from '../terminal.ts';
import type { Change } from './changes.ts';
import type { Place } from './place.ts';
import type { Asked } from './query.ts';
import type { Story, Traffic } from './run.ts';
import { DAYS } from './stage.ts';

/** The whole story in one object for --json, and what is left to say for a person who has followed it. */
export function demoReport(place: Place, story: Story) {
  const { folder, config, database } = place;
  const object = {
    outcome: 'OK',
    invented: true,
    folder,
    config,
    database,
    seconds: story.seconds,
    steps: steps(story),
    query: story.query,
  };
  return { object, text: text(place, story) };
}

function steps({ granted, first, checked, changes, second, checkedAgain, setUp, nightly }: Story) {
  return [
    { step: 'sign-in', scopes: granted },
    {
      step: 'sync',
      days: DAYS,
      collections: first.sources.length,
      records: first.totals.records,
      entries: first.totals.entries,
      requests: setUp,
    },
    { step: 'check', ...checked },
    { step: 'change', changes },
    {
      step: 'sync again',
      records: second.totals.records,
      entries: second.totals.entries,
      actions: second.push?.plan ?? [],
      requests: nightly,
    },
    { step: 'check again', ...checkedAgain },
  ];
}

function text(place: Place, { first, changes, second, setUp, nightly, query }: Story): string {
  return `The first run created ${first.push?.created} entries. The second left ${second.push?.unchanged} alone and did this:

${actionTable(second.push?.plan ?? [], changes)}

${requestTable(setUp, nightly)}

The database is ${place.database}, the configuration lies beside it.
Try next:

  sqlite3 ${shellQuoted(place.database)} "${query.sql}"

${indented(rowTable(query))}

  ${PROGRAM} --config ${shellQuoted(place.config)} status

All of it was invented, and the imitations have ended: that configuration cannot sync again.
With your own ring: ${PROGRAM} init`;
}

const DONE: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  'keep (edited there)': 'kept',
};

interface Action {
  readonly action: string;
  readonly day: string;
  readonly text: string;
}

function actionTable(actions: readonly Action[], changes: readonly Change[]): string {
  const rows = actions.map(({ action, day, text: entry }) => [
    day,
    changes.find((change) => change.day === day)?.what ?? '',
    DONE[action] ?? action,
    action === 'delete' ? '' : entry,
  ]);
  return table(['night', 'what happened', 'so it was', 'the entry now'], rows);
}

function requestTable(setUp: Traffic, nightly: Traffic): string {
  const row = (run: string, { ouraRequests, clockifyRequests, clockifyWrites }: Traffic) => [
    run,
    ouraRequests,
    clockifyRequests,
    clockifyWrites,
  ];
  const head = ['requests', 'Oura', 'Clockify', 'of them writes'];
  return table(head, [row('first run', setUp), row('second run', nightly)]);
}

function rowTable({ rows }: Asked): string {
  const head = Object.keys(rows[0] ?? {});
  return table(
    head,
    rows.map((row) => head.map((name) => row[name] ?? '')),
  );
}

function indented(lines: string): string {
  return lines.replaceAll(/^/gm, '  ');
}
