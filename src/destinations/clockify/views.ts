import { SOURCE } from './name.ts';

/** The ledger as a person queries it. Instants are UTC. */
export const clockifyViews = [
  {
    name: 'clockify_entries',
    sql: `CREATE VIEW "clockify_entries" AS SELECT target AS workspace_and_user, provider, account, resource, record_id, state,
  remote_id AS entry_id, json_extract(session, '$.day') AS day,
  strftime('%Y-%m-%dT%H:%M:%SZ', json_extract(fields, '$.startAt') / 1000, 'unixepoch') AS start_time,
  strftime('%Y-%m-%dT%H:%M:%SZ', json_extract(fields, '$.endAt') / 1000, 'unixepoch') AS end_time,
  json_extract(fields, '$.text') AS description, json_extract(fields, '$.projectId') AS project_id,
  kept AS kept_as_edited, problem,
  strftime('%Y-%m-%dT%H:%M:%SZ', noted_at / 1000, 'unixepoch') AS noted_at
FROM entries WHERE destination = '${SOURCE}'`,
  },
];
