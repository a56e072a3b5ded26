import { expect, onTestFinished, test } from 'vitest';
import { clockify } from '../../src/providers/clockify.ts';
import type { ClockifySandboxOptions, TimeEntry } from '../../src/sandbox/clockify.ts';
import { answer, rewrite } from '../../src/sandbox/faults.ts';
import { correctedDocument } from '../support/clockifyDocument.ts';
import { publishedSpec } from '../support/openapi.ts';
import { DAY, HOUR, Subject } from '../support/subject.ts';
import { testProvider } from '../support/testProvider.ts';
import { ids, type Office, office, ownEntries, workday } from './clockify-support.ts';

const spec = publishedSpec('clockify-openapi.json');
const ENTRIES = /\/user\/[0-9a-f]+\/time-entries$/;
const newest = (service: Office) => ownEntries(service)[0] as TimeEntry;

/** What was asked for, by the last word of its path. */
const asked = (service: Office) => service.requests.map(({ path }) => path.split('/').at(-1));

testProvider<Office>({
  provider: clockify,
  start: (options) => office(options),
  config: { source_page_size: 4, requests_per_hour: 5_000 },
  everything: (service) => ({
    user: [service.userId],
    workspaces: service.workspaceIds,
    projects: service.made.projects,
    tags: service.made.tags,
    tasks: service.made.tasks,
    users: [service.userId],
    time_entries: ids(ownEntries(service)),
  }),
  secondRun: (requests) => {
    const [whose, ...entries] = requests;
    expect(whose?.path).toMatch(/\/user$/);
    // Seven days and one on either side, four entries to a page; nothing else before tomorrow.
    expect(entries.map(({ path }) => ENTRIES.test(path))).toEqual([true, true]);
  },
  edit: (service) => {
    const { id } = newest(service);
    service.editEntry(id, { description: 'Beds and hedges' });
    return { resource: 'time_entries', id, shows: 'Beds and hedges' };
  },
  late: (service) => {
    const { id } = service.addEntry({ ...workday(5), description: 'forgotten' });
    return { resource: 'time_entries', id };
  },
  remove: (service) => {
    const { id } = newest(service);
    service.deleteEntry(id);
    return { resource: 'time_entries', id };
  },
  paged: { resource: 'time_entries', path: ENTRIES },
  unknownField: (service, field, value) => {
    const { id } = newest(service);
    service.editEntry(id, { [field]: value });
    return { resource: 'time_entries', id };
  },
  broken: { resource: 'tags', path: /\/tags$/ },
  limit: {
    // Nobody has recorded that a 429 says how long.
    refuse: (service) => service.faults.add({ path: /./ }, answer(429, 'Too many requests'), 9_999),
    allow: (service) => service.faults.clear(),
    closedFor: HOUR,
  },
  errors: [
    {
      name: 'a key of another region',
      make: (service) =>
        service.faults.add({ path: /./ }, answer(401, { message: 'Api key does not exist', code: 4003 }), 99),
      exit: 3,
      says: /another region.*base_url/,
    },
    {
      name: 'a key that is not accepted',
      make: (service) =>
        service.faults.add({ path: /./ }, answer(401, { message: 'No permitido', code: 1000 }), 99),
      exit: 3,
      says: /The API key was not accepted/,
    },
    {
      name: 'a workspace of somebody else',
      make: (service) =>
        service.faults.add({ path: /projects$/ }, answer(403, { message: 'Denegado', code: 501 }), 99),
      exit: 5,
      says: /not in the workspace or lacks the role/,
    },
    {
      name: 'something that is not in the workspace any more',
      make: (service) =>
        service.faults.add({ path: /tags$/ }, answer(400, { message: 'no pertenece', code: 501 }), 99),
      exit: 5,
      says: /400.*not in the workspace \(any more\)/,
    },
  ],
  document: spec === undefined ? undefined : correctedDocument(spec),
});

async function at(
  options: Partial<ClockifySandboxOptions> = {},
  config: Record<string, unknown> = {},
): Promise<Subject<Office>> {
  const one = await Subject.start({
    id: 'clockify',
    start: ({ now }) => office({ now, ...options }),
    config: { requests_per_hour: 5_000, ...config },
  });
  onTestFinished(() => one.end());
  return one;
}

const outcomeOf = (sources: { source: string; outcome: string }[], resource: string) =>
  sources.find(({ source }) => source === `clockify.${resource}`)?.outcome;
const sessionsOf = (one: Subject<Office>) =>
  one.rows<{ id: string; kind: string; type: string; day: string; title: string }>(
    'SELECT x.id, kind, type, day, title FROM sessions x ORDER BY start_at DESC',
  );

test.each(['Pacific/Auckland', 'America/Los_Angeles', 'UTC'])(
  'with a profile in %s a span holds exactly what starts in it',
  async (zone) => {
    const one = await at({ zone });
    // The days of Berlin, an hour ahead of UTC.
    const minutes = [
      '2026-02-09T22:59:00Z',
      '2026-02-09T23:00:00Z',
      '2026-02-11T22:59:00Z',
      '2026-02-11T23:00:00Z',
    ];
    const [, first, last] = minutes.map((start) =>
      one.service.addEntry({ start, end: '2026-02-12T08:00:00Z' }),
    );
    await one.sync('--from', '2026-02-10', '--to', '2026-02-11');
    expect(one.live('time_entries')).toEqual([first?.id, last?.id].sort());
    expect(one.rows('SELECT day FROM clockify_time_entries ORDER BY day')).toEqual([
      { day: '2026-02-10' },
      { day: '2026-02-11' },
    ]);
  },
);

test('a running timer is stored, and again once it has ended', async () => {
  const one = await at();
  const { id } = one.service.startTimer({ start: '2026-03-12T07:30:00Z', description: 'Compost' });
  await one.fill();
  const seconds = () => one.rows('SELECT seconds FROM clockify_time_entries WHERE record_id = ?', id)[0];
  expect(seconds()).toEqual({ seconds: null });
  expect(ids(sessionsOf(one))).not.toContain(id);
  one.time.now += 9 * DAY;
  one.service.editEntry(id, { end: '2026-03-12T08:00:00Z' });
  await one.sync();
  expect(seconds()).toEqual({ seconds: 1800 });
  expect(ids(sessionsOf(one))).toContain(id);
});

test('work becomes sessions, and what was written there for a night does not', async () => {
  const one = await at();
  const night = { start: '2026-03-11T22:00:00Z', end: '2026-03-12T06:00:00Z' };
  const ours = one.service.addEntry({
    ...night,
    description: 'Sleep - 7h 30m [Oura:2026-03-12_22:00] woken',
  });
  const pause = one.service.addEntry({ ...workday(2), type: 'BREAK', description: '' });
  await one.sync();
  const found = sessionsOf(one);
  expect(ids(found)).not.toContain(ours.id);
  expect(one.live('time_entries')).toContain(ours.id);
  expect(found).toHaveLength(12);
  const [latest] = found;
  expect(latest).toMatchObject({ kind: 'work', type: 'REGULAR', day: '2026-03-11', title: 'Beds 1' });
  expect(found.find(({ id }) => id === pause.id)).toMatchObject({ kind: 'work', type: 'BREAK', title: null });
});

test('an entry counts as deleted when two listings lack it, and nobody asks for it by its id', async () => {
  const one = await at();
  await one.fill();
  const { id } = newest(one.service);
  one.service.deleteEntry(id);
  one.time.now += HOUR;
  await one.sync();
  expect(one.live('time_entries')).toContain(id);
  one.time.now += 7 * HOUR;
  await one.sync();
  expect(one.live('time_entries')).not.toContain(id);
  expect(one.service.requests.filter(({ path }) => path.endsWith(id))).toEqual([]);
});

test('one workspace of several has to be named', async () => {
  const one = await at({ workspaces: 2 });
  const [first, second] = one.service.workspaceIds as [string, string];
  const refused = await one.sync();
  expect([refused.code, outcomeOf(refused.sources, 'projects')]).toEqual([5, 'USAGE']);
  expect(refused.stderr).toContain(`${first} (Sandbox workspace 1), ${second} (Sandbox workspace 2)`);
  expect(refused.stderr).toContain('Set clockify.workspace_id');
  expect(asked(one.service)).toEqual(['user', 'workspaces']);
  one.configure({ workspace_id: first });
  expect((await one.sync()).code).toBe(0);
  expect(one.live('time_entries')).toEqual(ids(ownEntries(one.service)).sort());
  expect(one.service.requests.filter(({ path }) => path.includes(second))).toEqual([]);
});

test('a list of people that the key may not see is left out, said, and asked for once a day', async () => {
  const one = await at({ hidesUsers: true });
  const first = await one.sync();
  const again = await one.sync();
  for (const { code, sources } of [first, again])
    expect([code, outcomeOf(sources, 'users')]).toEqual([0, 'NOT GRANTED']);
  const { message } = first.sources.find(({ source }: { source: string }) => source === 'clockify.users');
  expect(message).toMatch(/needs a role in the workspace/);
  expect(asked(one.service).filter((name) => name === 'users')).toHaveLength(1);
  expect((await one.run(['sync', '--no-push'])).stdout).toMatch(/Not granted.*: users/);
  one.time.now += DAY;
  await one.sync();
  expect(asked(one.service).filter((name) => name === 'users')).toHaveLength(2);
  const alone = await one.sync('--resources', 'users');
  expect([alone.code, alone.stderr]).toEqual([3, expect.stringMatching(/needs a role in the workspace/)]);
});

test('an administrator reads the entries of everybody, each kept apart from one’s own', async () => {
  const one = await at({ admin: true }, { source_users: 'all' });
  const other = one.service.addColleague('Beate');
  const theirs = one.service.addEntry({ ...workday(3), userId: other.id, description: 'Roof' });
  const { code } = await one.sync();
  expect(code).toBe(0);
  expect(one.live('users')).toEqual([one.service.userId, other.id].sort());
  expect(one.live('time_entries')).toEqual(ids(ownEntries(one.service)).sort());
  expect(one.live('team_time_entries')).toEqual([theirs.id]);
  expect(ids(sessionsOf(one))).not.toContain(theirs.id);
});

test('whoever is no administrator hears that the entries of others are out of reach', async () => {
  const one = await at({}, { source_users: 'all' });
  one.service.addColleague('Beate');
  const { code, sources } = await one.sync();
  expect([code, outcomeOf(sources, 'team_time_entries')]).toEqual([0, 'NOT GRANTED']);
  expect(outcomeOf(sources, 'time_entries')).toBe('OK');
});

test('another account has no key, and is told whose the configured one is', async () => {
  const one = await at();
  const { code, stderr } = await one.run(['--account', 'beate', 'sync', 'clockify', '--no-push']);
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(/configured key belongs to the account "default"/),
  ]);
  expect(stderr).toMatch(/--account beate sync/);
  expect(one.service.requests).toEqual([]);
});

test('entries of a colleague whom the list of people lacks stay, and a deleted one of somebody listed goes', async () => {
  const one = await at({ admin: true }, { source_users: 'all', requests_per_hour: 100_000 });
  const [left, stays] = ['Beate', 'Carl'].map((name) => one.service.addColleague(name));
  const made = [left, stays].map((other) =>
    [1, 2, 3].map((back) => one.service.addEntry({ ...workday(back), userId: other?.id ?? '' }).id),
  );
  await one.fill();
  const [lost = '', kept = ''] = [left?.id, stays?.id];
  // Deactivated: gone from the list, with entries that nobody asks for any more.
  const withoutOne = (text: string) =>
    JSON.stringify(JSON.parse(text).filter(({ id }: { id: string }) => id !== lost));
  one.service.faults.add({ path: /\/users$/ }, rewrite(withoutOne), 9_999);
  const deleted = made[1]?.[0] ?? '';
  one.service.deleteEntry(deleted);
  for (const step of [DAY, 7 * HOUR, DAY, 7 * HOUR]) {
    one.time.now += step;
    expect((await one.sync()).code).toBe(0);
  }
  expect(one.live('users')).toEqual([one.service.userId, kept].sort());
  expect(one.live('team_time_entries')).toEqual(
    made
      .flat()
      .filter((id) => id !== deleted)
      .sort(),
  );
});

test('an empty list of one colleague proves nothing about that one', async () => {
  const one = await at({ admin: true }, { source_users: 'all', requests_per_hour: 100_000 });
  const others = ['Beate', 'Carl'].map((name) => one.service.addColleague(name));
  const made = others.map(({ id }) => one.service.addEntry({ ...workday(2), userId: id }).id);
  await one.fill();
  const path = new RegExp(`${others[0]?.id}/time-entries$`);
  one.service.faults.add({ path }, answer(200, []), 9_999);
  for (const step of [HOUR, 7 * HOUR, 7 * HOUR]) {
    one.time.now += step;
    expect((await one.sync()).code).toBe(0);
  }
  expect(one.live('team_time_entries')).toEqual(made.toSorted());
});

test('another person’s key is noticed on the same day, and the way out is one that exists', async () => {
  const one = await at();
  await one.fill();
  const before = one.live('time_entries');
  const other = await office({ now: () => one.time.now });
  onTestFinished(() => other.close());
  one.time.now += 2 * HOUR;
  one.configure({ ...other.settings });
  const { code, stderr } = await one.sync();
  expect([code, stderr]).toEqual([3, expect.stringMatching(/belong to somebody else; nothing was stored/)]);
  expect(stderr).toMatch(/--db FILE sync clockify/);
  expect(stderr).not.toMatch(/--account/);
  expect(other.requests.map(({ path }) => path)).toEqual(['/api/v1/user']);
  expect(one.live('time_entries')).toEqual(before);
});

test('a workspace that is null in the list counts as none', async () => {
  const one = await at();
  const beside = (text: string) => JSON.stringify([null, ...JSON.parse(text)]);
  one.service.faults.add({ path: /\/workspaces$/ }, rewrite(beside), 9);
  const { code, sources } = await one.sync('--resources', 'projects,tags');
  expect([code, outcomeOf(sources, 'projects')]).toEqual([0, 'OK']);
  expect(one.live('projects')).toEqual(one.service.made.projects.toSorted());
});

test('tasks are asked for in eight projects at most, and those of the others stay', async () => {
  const one = await at();
  await one.fill();
  // Weeks later there are many projects, and the work is done in those.
  one.time.now += 40 * DAY;
  for (let count = 1; count <= 9; count += 1) {
    const { id: projectId } = one.service.addProject(`Client ${count}`);
    const task = one.service.addTask(projectId, 'Call');
    one.service.addEntry({ ...workday(count, one.time.now), projectId, taskId: task.id });
  }
  for (const later of [0, DAY, DAY]) {
    one.time.now += later;
    one.service.requests.length = 0;
    expect((await one.sync()).code).toBe(0);
    expect(asked(one.service).filter((name) => name === 'tasks')).toHaveLength(8);
  }
  expect(one.live('tasks')).toHaveLength(9);
  expect(one.live('tasks')).toContain(one.service.made.tasks[0]);
});

test('an entry is found with the names of its project and task', async () => {
  const one = await at();
  await one.sync();
  const found = one.rows(
    `SELECT e.day, e.seconds, e.description, p.name AS project, t.name AS task FROM clockify_time_entries e
     JOIN clockify_projects p ON p.record_id = e.projectId JOIN clockify_tasks t ON t.record_id = e.taskId
     ORDER BY e.day DESC LIMIT 1`,
  );
  expect(found).toEqual([
    { day: '2026-03-11', seconds: 28_800, description: 'Beds 1', project: 'Garden', task: 'Weeding' },
  ]);
});
