import { dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import { rounded } from './track.ts';

export interface Person {
  readonly athleteId: number;
  readonly seed: number;
  readonly zone: string;
  /** As it appears within an activity. */
  gearSummary(id: string): Document | undefined;
}

const METRES_PER_MILE = 1609.344;

const shoe = { resource_state: 3, notification_distance: 0 };
const bike = { resource_state: 3, weight: 9.2 };

/** Two pairs of shoes, one of them retired, and a bike. */
export function gearOf(seed: number): Document[] {
  const roll = dice(seed, 'strava gear');
  const worn = (from: number, to: number) => {
    const distance = roll.whole(from, to);
    return { distance, converted_distance: rounded(distance / METRES_PER_MILE, 1) };
  };
  return [
    {
      ...{ id: 'g20051782', primary: true, name: 'Daily shoes', nickname: '', retired: false },
      ...{
        ...shoe,
        ...worn(200_000, 700_000),
        brand_name: 'ASICS',
        model_name: 'Novablast 4',
        description: '',
      },
    },
    {
      ...{ id: 'g19999385', primary: false, name: 'Trail shoes', nickname: null, retired: true },
      ...{ ...shoe, ...worn(600_000, 900_000), brand_name: 'Salomon', model_name: 'Sense Ride 5' },
      description: 'muddy',
    },
    {
      ...{ id: 'b11807342', primary: true, name: 'Gravel bike', nickname: '', retired: false },
      ...{ ...bike, ...worn(3_000_000, 9_000_000), brand_name: 'Canyon', model_name: 'Grail', frame_type: 5 },
      description: null,
    },
  ];
}

const GEAR_DETAIL = [
  'brand_name',
  'model_name',
  'frame_type',
  'description',
  'notification_distance',
  'weight',
];

export function summaryOfGear(gear: Document): Document {
  const shown = Object.entries(gear).filter(([key]) => !GEAR_DETAIL.includes(key));
  return { ...Object.fromEntries(shown), resource_state: 2 };
}

/** The bikes or the shoes of an athlete's profile: what is still in use. */
export function inUse(gear: readonly Document[], kind: 'b' | 'g'): Document[] {
  return gear.filter(({ id, retired }) => String(id).startsWith(kind) && !retired).map(summaryOfGear);
}

export function athleteOf(athleteId: number, gear: readonly Document[]): Document {
  return {
    ...{ id: athleteId, username: 'sam_b', resource_state: 3, firstname: 'Sam', lastname: 'Berger', bio: '' },
    ...{ city: 'Berlin', state: 'Berlin', country: null, sex: 'F', premium: true, summit: true },
    ...{ created_at: '2017-11-28T19:05:35Z', updated_at: '2025-09-27T12:57:32Z', badge_type_id: 1 },
    weight: 64.5,
    profile_medium: 'https://example.invalid/medium.jpg',
    profile: 'https://example.invalid/large.jpg',
    ...{ friend: null, follower: null, blocked: false, can_follow: true, follower_count: 48 },
    ...{ friend_count: 51, mutual_friend_count: 0, athlete_type: 1, date_preference: '%m/%d/%Y' },
    ...{ measurement_preference: 'meters', clubs: [club], postable_clubs_count: 1, ftp: null },
    bikes: inUse(gear, 'b'),
    shoes: inUse(gear, 'g'),
  };
}

const club = {
  ...{ id: 108_605, resource_state: 2, name: 'Sunday Runners' },
  profile_medium: 'https://example.invalid/club-medium.jpg',
  profile: 'https://example.invalid/club-large.jpg',
  ...{ cover_photo: null, cover_photo_small: null, activity_types: ['Run', 'VirtualRun', 'Wheelchair'] },
  activity_types_icon: 'sports_run_normal',
  dimensions: [
    'distance',
    'num_activities',
    'best_activities_distance',
    'elev_gain',
    'moving_time',
    'velocity',
  ],
  ...{ sport_type: 'running', localized_sport_type: 'Running', city: 'Berlin', state: 'Berlin' },
  ...{ country: 'Germany', private: false, member_count: 112, featured: false, verified: false },
  ...{ url: 'sunday-runners', membership: 'member', admin: false, owner: false },
};

const SUMMARY = [
  ...['id', 'username', 'resource_state', 'firstname', 'lastname', 'city', 'state', 'country', 'sex'],
  ...['premium', 'summit', 'created_at', 'updated_at', 'badge_type_id', 'profile_medium', 'profile'],
  ...['friend', 'follower'],
];

/** What is shown without `profile:read_all`, and with the first pair of tokens. */
export function summaryOfAthlete(athlete: Document): Document {
  const shown = Object.entries(athlete).filter(([key]) => SUMMARY.includes(key));
  return { ...Object.fromEntries(shown), resource_state: 2 };
}

export const zones: Document = {
  heart_rate: {
    custom_zones: false,
    zones: [
      { min: 0, max: 115 },
      { min: 115, max: 143 },
      { min: 143, max: 157 },
      { min: 157, max: 171 },
      // No upper end.
      { min: 171, max: -1 },
    ],
  },
};

/** Totals of what everyone may see, up to `now` (UTC epoch milliseconds). */
export function statsOf(activities: readonly Document[], now: number): Document {
  const visible = activities.filter(({ visibility }) => visibility === 'everyone');
  const fourWeeksAgo = now - 28 * 86_400_000;
  const newYear = Date.UTC(new Date(now).getUTCFullYear(), 0, 1);
  const stats: Document = {};
  for (const [period, from] of [
    ['recent', fourWeeksAgo],
    ['all', 0],
    ['ytd', newYear],
  ] as const) {
    for (const type of ['ride', 'run', 'swim'] as const) {
      const counted = visible.filter(
        (one) => String(one.type).toLowerCase() === type && Date.parse(String(one.start_date)) >= from,
      );
      stats[`${period}_${type}_totals`] = totals(counted, period === 'recent');
    }
  }
  return stats;
}

function totals(activities: readonly Document[], withAchievements: boolean): Document {
  const sum = (field: string) => activities.reduce((total, one) => total + Number(one[field] ?? 0), 0);
  return {
    count: activities.length,
    distance: sum('distance'),
    moving_time: sum('moving_time'),
    elapsed_time: sum('elapsed_time'),
    elevation_gain: sum('total_elevation_gain'),
    ...(withAchievements ? { achievement_count: sum('achievement_count') } : {}),
  };
}
