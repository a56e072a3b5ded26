import * as z from 'zod';
import { type Field, flag, instant, item, json, nested, number, required, text } from '../../core/fields.ts';
import type { ListView } from '../../core/provider.ts';

/**
 * The fields of Strava's collections, as its API document 3.0.0 lists them and recorded replies show them. Durations
 * are seconds, distances metres, speeds metres per second, work kilojoules, energy kilocalories.
 */
const seconds = (of: string) => number(`${of}, seconds`);
const metres = (of: string) => number(`${of}, metres`);
const speed = (of: string) => number(`${of}, metres per second`);
const degrees = (of: string) => json(`${of}: latitude, longitude; empty without GPS (JSON)`);
const resource_state = number('1 meta, 2 summary, 3 detail');

/** A 64-bit number; in the record's own id column it is exact. */
const id: Field<number> = { schema: z.number(), about: "Strava's id" };

export const athlete = item({
  id,
  username: text('name in the address of the profile'),
  resource_state,
  firstname: text('first name'),
  lastname: text('last name'),
  bio: text('free text'),
  city: text('city'),
  state: text('state or region'),
  country: text('country'),
  sex: text('M, F or null'),
  premium: flag('the old name of summit'),
  summit: flag('1 with a subscription'),
  created_at: instant('UTC'),
  updated_at: instant('UTC'),
  badge_type_id: number('badge'),
  profile_medium: text('address of the small picture'),
  profile: text('address of the large picture'),
  follower_count: number('count'),
  friend_count: number('count'),
  athlete_type: number('0 cyclist, 1 runner'),
  date_preference: text('how dates are shown'),
  measurement_preference: text('feet or meters: how distances are shown'),
  ftp: number('functional threshold power, watts'),
  weight: number('kilograms, as entered in the profile'),
  clubs: json('clubs (JSON)'),
  bikes: json('bikes in use (JSON)'),
  shoes: json('shoes in use (JSON)'),
});

export const zones = item({
  heart_rate: nested({
    custom_zones: flag('1 when the person set them'),
    zones: json('min and max in beats per minute; -1: no upper end (JSON)'),
  }),
  power: nested({ zones: json('min and max in watts; -1: no upper end (JSON)') }),
});

const totals = (of: string) =>
  nested({
    count: number(`${of}: activities`),
    distance: metres(of),
    moving_time: seconds(`${of}, in motion`),
    elapsed_time: seconds(`${of}, with pauses`),
    elevation_gain: metres(`${of}, climbed`),
    achievement_count: number(`${of}: achievements`),
  });

export const stats = item({
  biggest_ride_distance: metres('longest ride'),
  biggest_climb_elevation_gain: metres('highest climb'),
  recent_ride_totals: totals('rides of four weeks'),
  recent_run_totals: totals('runs of four weeks'),
  recent_swim_totals: totals('swims of four weeks'),
  ytd_ride_totals: totals('rides of this year'),
  ytd_run_totals: totals('runs of this year'),
  ytd_swim_totals: totals('swims of this year'),
  all_ride_totals: totals('all rides'),
  all_run_totals: totals('all runs'),
  all_swim_totals: totals('all swims'),
});

export const gear = item({
  id: required(text("Strava's id: b… bikes, g… shoes")),
  resource_state,
  primary: flag('1 for the usual one'),
  name: text('name'),
  nickname: text('name the person gave it'),
  retired: flag('1 when no longer in use'),
  distance: metres('distance so far'),
  converted_distance: number('the same in the unit the person prefers'),
  brand_name: text('brand'),
  model_name: text('model'),
  frame_type: number('of bikes: a code'),
  weight: number('of bikes, kilograms'),
  description: text('free text'),
  notification_distance: number('when the person wants to be reminded, in the unit they prefer'),
});

/** What lasts for thirty years is a mistake, and has no end that a date can hold. */
const elapsed_time: Field<number> = { schema: z.number().min(0).max(1e9), about: 'start to end, seconds' };

const summary = {
  id,
  resource_state,
  name: text('title'),
  sport_type: text('Run, TrailRun, Ride, GravelRide, Swim, …: an open list'),
  type: text('the older field, with fewer kinds'),
  workout_type: number('1 and 11 race, 2 long run, 3 and 12 workout'),
  start_date: required(instant('UTC')),
  start_date_local: required(instant('wall clock of the place; its Z is wrong')),
  timezone: text('zone with its offset outside of summer time'),
  utc_offset: number('seconds east of UTC'),
  elapsed_time,
  moving_time: seconds('time in motion'),
  distance: metres('distance'),
  total_elevation_gain: metres('climbed'),
  elev_high: metres('highest point'),
  elev_low: metres('lowest point'),
  average_speed: speed('mean speed'),
  max_speed: speed('highest speed'),
  average_cadence: number('revolutions or steps of one foot per minute'),
  average_temp: number('°C'),
  has_heartrate: flag('1 with heart rate'),
  average_heartrate: number('beats per minute'),
  max_heartrate: number('beats per minute'),
  average_watts: number('watts; rides'),
  weighted_average_watts: number('watts; rides with a power meter'),
  max_watts: number('watts; rides with a power meter'),
  device_watts: flag('1 measured, 0 estimated'),
  kilojoules: number('work done, kilojoules; rides'),
  suffer_score: number('relative effort'),
  start_latlng: degrees('start'),
  end_latlng: degrees('end'),
  location_city: text('no longer filled'),
  location_state: text('no longer filled'),
  location_country: text('no longer filled'),
  map: nested({
    id: text('id of the line'),
    summary_polyline: text('the line, coarse, as an encoded polyline'),
    polyline: text('the line, fine; in details'),
  }),
  gear_id: text('id in gear'),
  trainer: flag('1 on a trainer'),
  commute: flag('1 on the way to work'),
  manual: flag('1 when entered by hand'),
  private: flag('1 for the person alone'),
  visibility: text('everyone, followers_only, only_me'),
  flagged: flag('1 when reported'),
  achievement_count: number('count'),
  pr_count: number('personal records'),
  kudos_count: number('count'),
  comment_count: number('count'),
  athlete_count: number('people in the group'),
  photo_count: number('photos from Instagram'),
  total_photo_count: number('photos'),
  has_kudoed: flag('1 when the person gave kudos'),
  external_id: text('name at upload'),
  upload_id: number('id of the upload'),
  upload_id_str: text('the same as text'),
};

export const activities = item(summary);

export type Activity = z.infer<typeof activities.schema>;

export const activityDetails = item({
  ...summary,
  description: text('free text'),
  calories: number('kilocalories'),
  device_name: text('device'),
  perceived_exertion: number('1 to 10'),
  gear: json('summary of the gear (JSON)'),
  photos: json('count and the first photo (JSON)'),
  hide_from_home: flag('1 when kept out of feeds'),
  embed_token: text('for showing it on a page'),
  segment_efforts: json('efforts on segments (JSON)'),
  splits_metric: json('splits by the kilometre (JSON)'),
  splits_standard: json('splits by the mile; runs (JSON)'),
  laps: json('laps (JSON)'),
  best_efforts: json('best efforts over usual distances; runs (JSON)'),
});

const ofElement = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([name, about]) => ({ name, path: `$each.${name}`, about }));

const OF_BOTH = {
  id: "Strava's id",
  name: 'name',
  start_date: 'UTC',
  start_date_local: 'wall clock of the place; its Z is wrong',
  elapsed_time: 'seconds',
  moving_time: 'seconds',
  distance: 'metres',
  average_heartrate: 'beats per minute',
  max_heartrate: 'beats per minute',
  average_cadence: 'revolutions or steps of one foot per minute',
  average_watts: 'watts',
  start_index: 'first sample in the streams',
  end_index: 'last sample in the streams',
};

/** A row per lap of every activity whose details are read. */
export const laps: ListView = {
  name: 'laps',
  from: "json_each(i.payload, '$.laps') e",
  columns: ofElement({
    lap_index: 'position, from 1',
    ...OF_BOTH,
    average_speed: 'metres per second',
    max_speed: 'metres per second',
    total_elevation_gain: 'metres climbed',
    pace_zone: 'zone of pace',
  }),
};

/** A row per effort on a segment. */
export const segmentEfforts: ListView = {
  name: 'segment_efforts',
  from: "json_each(i.payload, '$.segment_efforts') e",
  columns: [
    ...ofElement({
      ...OF_BOTH,
      pr_rank: "1 to 3 among the person's own; else null",
      kom_rank: '1 to 10 among all; else null',
      hidden: '1 when hidden in the activity',
    }),
    { name: 'segment_id', path: '$each.segment.id', about: 'id of the segment' },
  ],
};

/** One kind of sample; all lists of an activity have the same length. */
const stream = (of: string) =>
  nested({
    data: json(`${of} (JSON list)`),
    series_type: text('what the samples were thinned by'),
    original_size: number('samples before they were thinned'),
    resolution: text('low, medium, high'),
  });

export const activityStreams = item({
  time: stream('seconds since the start'),
  distance: stream('metres since the start'),
  latlng: stream('latitude and longitude'),
  altitude: stream('metres'),
  velocity_smooth: stream('metres per second'),
  heartrate: stream('beats per minute'),
  cadence: stream('revolutions or steps of one foot per minute'),
  watts: stream('watts'),
  temp: stream('°C'),
  moving: stream('true in motion'),
  grade_smooth: stream('percent'),
});
