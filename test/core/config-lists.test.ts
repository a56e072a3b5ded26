import { describe, expect, test } from 'vitest';
import { refuseUnknownSources } from '../../src/cli/rules.ts';
import { sections } from '../../src/cli/sections.ts';
import { setValue } from '../../src/core/config/edit.ts';
import type { ClockifyConfig } from '../../src/destinations/clockify/config.ts';
import { oura } from '../../src/providers/oura.ts';
import { place, refusalOf } from './config-support.ts';

const all = { sections: sections() };
const rule = (...lines: string[]) => `[clockify]\n\n[[clockify.rules]]\n${lines.join('\n')}\n`;
const right = ['source = "oura.workout"', 'project = "Sport"'];

describe('rules in the file', () => {
  test('are read with their defaults, in their order, beside the section’s own keys', () => {
    const text = `${rule(...right)}[[clockify.rules]]\nsource = "oura.session"\nproject = "Mind"\nstart_date = 2024-01-15\n`;
    const { rules, project } = place(text).load(all).section<ClockifyConfig>('clockify');
    const defaults = { tags: [], billable: false, min_minutes: 0, description: '{title} - {duration}' };
    expect(project).toBe('Sleep');
    expect(rules).toEqual([
      { source: 'oura.workout', project: 'Sport', start_date: 'all', ...defaults },
      { source: 'oura.session', project: 'Mind', start_date: '2024-01-15', ...defaults },
    ]);
    expect(place('').load(all).section<ClockifyConfig>('clockify').rules).toEqual([]);
  });

  test('are shown key by key, with where each value came from', () => {
    const here = place(rule(...right));
    const entries = here
      .load(all)
      .entries()
      .filter(({ key }) => key.startsWith('rules.'));
    const file = { kind: 'file', name: here.path('health-sync.toml') };
    expect(entries.find(({ key }) => key === 'rules.1.project')).toMatchObject({
      value: 'Sport',
      origin: file,
    });
    expect(entries.find(({ key }) => key === 'rules.1.billable')).toMatchObject({
      section: 'clockify',
      value: false,
      origin: { kind: 'default' },
    });
  });

  test.each<[string, string[], string]>([
    [
      'a missing project',
      ['source = "oura.workout"'],
      'project must be text on one line, 2 to 250 characters, but is not set',
    ],
    [
      'a missing source',
      ['project = "Sport"'],
      'source must be a provider such as strava, or one of its resources such as strava.activities, but is not set',
    ],
    ['a misspelt key', [...right, 'min_minuts = 5'], 'min_minuts is not a key; did you mean min_minutes?'],
    [
      'a wrong type',
      ['source = "oura.workout"', 'project = 7'],
      'project must be text on one line, 2 to 250 characters, got a number',
    ],
    [
      'a wrong list',
      [...right, 'types = "running"'],
      'types must be a list, each text on one line, not empty, got text',
    ],
    [
      'a wrong item',
      [...right, 'tags = ["a", 7]'],
      'tags, item 2, must be text on one line, 1 to 100 characters, got a number',
    ],
    [
      'a wrong template',
      [...right, 'description = "{titel}"'],
      'description: {titel} is not one of {duration} {efficiency} {type} {title} {day} {start} {end}',
    ],
    [
      'a range',
      [...right, 'min_minutes = 1441'],
      'min_minutes must be a whole number from 0 to 1440, got 1441',
    ],
    [
      'what the main rule is for',
      ['source = "oura.sleep"', 'project = "Sport"'],
      'source: oura.sleep needs no rule: the keys of [clockify] itself are for it',
    ],
    [
      'the provider of the main rule',
      ['source = "oura"', 'project = "Sport"'],
      'source: oura.sleep needs no rule: the keys of [clockify] itself are for it',
    ],
  ])('%s: the file, the rule and the key are named', (_, lines, message) => {
    const here = place(`${rule(...right)}[[clockify.rules]]\n${lines.join('\n')}\n`);
    expect(here.refusal(all)).toBe(`${here.path('health-sync.toml')}: [[clockify.rules]] #2 ${message}`);
  });

  test.each(['rules = "x"', 'rules = ["x"]', '[clockify.rules]\nsource = "oura.workout"'])(
    'anything but a list of tables is refused: %s',
    (lines) => {
      expect(place(`[clockify]\n${lines}\n`).refusal(all)).toMatch(
        /\[clockify\] rules must be tables, each written \[\[clockify\.rules\]\]$/,
      );
    },
  );

  test('H3 a hundred are read, one more is refused before any is looked at', () => {
    const one = `[[clockify.rules]]\n${right.join('\n')}\n`;
    const text = (count: number) => `[clockify]\n${one.repeat(count)}`;
    expect(place(text(100)).load(all).section<ClockifyConfig>('clockify').rules).toHaveLength(100);
    const many = place(text(101));
    expect(many.refusal(all)).toBe(
      `${many.path('health-sync.toml')}: [[clockify.rules]] may stand there 100 times at most`,
    );
  });

  test.each(['HEALTH_SYNC_CLOCKIFY_RULES', 'HEALTH_SYNC_CLOCKIFY_RULES_1_PROJECT'])(
    'the environment cannot set them: %s',
    (name) => {
      expect(place('').refusal({ ...all, env: { [name]: 'x' } })).toBe(
        `${name}: only the configuration file can hold [[clockify.rules]]`,
      );
    },
  );

  test('setting another key leaves them as they are', () => {
    const here = place(`# mine\n[[clockify.rules]]\n${right.join('\n')} # why\n`);
    setValue(here.path('health-sync.toml'), 'clockify', 'project', 'Nights');
    const own = here.load(all).section<ClockifyConfig>('clockify');
    expect([own.project, own.rules.length, own.rules[0]?.project]).toEqual(['Nights', 1, 'Sport']);
  });
});

describe('the sources of rules', () => {
  const fault = (...lines: string[]) => {
    const config = place(rule(...lines, 'project = "Sport"')).load(all);
    return refusalOf(() => refuseUnknownSources(config, [oura])).replace(/^.*toml: /, '');
  };

  test.each([
    [
      ['source = "uora.workout"'],
      '[[clockify.rules]] #1 source: there is no provider "uora"; did you mean oura?',
    ],
    [
      ['source = "oura.workouts"'],
      '[[clockify.rules]] #1 source: there is no "oura.workouts"; did you mean oura.workout?',
    ],
    [
      ['source = "oura.heartrate"'],
      '[[clockify.rules]] #1 source: the records of oura.heartrate do not begin and end at a time; these do: oura.sleep, oura.workout, oura.session',
    ],
    [
      ['source = "oura.session"', 'kind = "meditaton"'],
      '[[clockify.rules]] #1 kind: "meditaton" is not one of meditation, nap, rest; did you mean meditation?',
    ],
  ])('%j is refused where the providers are known', (lines, message) => {
    expect(fault(...lines)).toBe(message);
  });

  test('one that exists is fine', () => {
    const config = place(rule(...right)).load(all);
    expect(() => refuseUnknownSources(config, [oura])).not.toThrow();
  });
});
