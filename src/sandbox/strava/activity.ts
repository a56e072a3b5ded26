import { type Dice, dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import { analysis } from './analysis.ts';
import { type Outing, offsetSeconds, zoneName } from './calendar.ts';
import { idOf } from './exactJson.ts';
import type { Person } from './person.ts';
import { mean, polyline, rounded, type Track } from './track.ts';

/** The activity as `/activities/{id}` shows it with every effort. */
export function detailedActivity(outing: Outing, track: Track, person: Person): Document {
  const roll = dice(person.seed, 'activity', outing.id);
  return {
    resource_state: 3,
    athlete: { id: person.athleteId, resource_state: 1 },
    ...what(outing, track, roll),
    id: idOf(outing.id),
    ...when(outing, person.zone),
    ...social(outing, track, roll),
    ...where(outing, track, roll),
    ...effort(outing, track, roll),
    ...origin(outing, roll),
    ...described(outing, roll),
    ...analysis(outing, track, person, roll),
    ...closing(outing, person, roll),
  };
}

function what({ sport, moving, elapsed }: Outing, track: Track, roll: Dice): Document {
  const climbs = sport.hasGps || sport.trainer;
  return {
    name: sport.name,
    distance: rounded(sport.speed * moving, 1),
    moving_time: moving,
    elapsed_time: elapsed,
    total_elevation_gain: climbs ? rounded(track.time.length * 0.9, 1) : 0,
    type: sport.type,
    sport_type: sport.sport_type,
    ...(sport.type === 'Run' ? { workout_type: roll.pick([null, null, 0, 1, 2, 3]) } : {}),
    ...(sport.type === 'Ride' ? { workout_type: roll.pick([null, 10, 12]) } : {}),
  };
}

function when({ sport, day, start }: Outing, zone: string): Document {
  const offset = offsetSeconds(start, zone);
  const text = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
  const hidden = `${day}T00:00:01Z`;
  return {
    start_date: sport.hidesStart ? hidden : text(start),
    // A local time, although it ends in Z.
    start_date_local: sport.hidesStart ? hidden : text(start + offset * 1000),
    timezone: zoneName(start, zone),
    utc_offset: offset,
  };
}

function social({ id, sport }: Outing, track: Track, roll: Dice): Document {
  const line = sport.hasGps ? polyline(track.latlng) : '';
  const short = sport.hasGps ? polyline(track.latlng.filter((_, index) => index % 8 === 0)) : '';
  const map = sport.manual
    ? { id: `a${id}`, resource_state: 3 }
    : { id: `a${id}`, polyline: line, resource_state: 3, summary_polyline: short };
  return {
    ...(sport.manual ? {} : { location_city: null, location_state: null }),
    location_country: null,
    achievement_count: sport.hasGps ? roll.whole(0, 9) : 0,
    kudos_count: roll.whole(0, 20),
    comment_count: roll.whole(0, 3),
    athlete_count: roll.chance(0.2) ? roll.whole(2, 6) : 1,
    photo_count: 0,
    map,
  };
}

function where({ sport }: Outing, track: Track, roll: Dice): Document {
  // Without GPS both are recorded: an empty list and null.
  const nowhere = roll.chance(0.7) ? [] : null;
  const shown = (index: number) => track.latlng.at(index)?.map((degrees) => rounded(degrees, 4));
  return {
    trainer: sport.trainer ?? false,
    commute: sport.commute ?? false,
    manual: sport.manual ?? false,
    private: sport.visibility === 'only_me',
    visibility: sport.visibility ?? 'everyone',
    flagged: false,
    ...(sport.manual
      ? {}
      : {
          gear_id: sport.gear,
          start_latlng: sport.hasGps ? shown(0) : nowhere,
          end_latlng: sport.hasGps ? shown(-1) : nowhere,
        }),
  };
}

function effort({ sport, moving }: Outing, track: Track, roll: Dice): Document {
  const watts = mean(track.watts);
  return {
    average_speed: rounded(sport.speed, 3),
    max_speed: sport.manual ? 0 : rounded(Math.max(...track.velocity_smooth), 3),
    ...(sport.speed > 0 && !sport.manual ? { average_cadence: rounded(mean(track.cadence), 1) } : {}),
    ...(sport.manual || roll.chance(0.2) ? {} : { average_temp: track.temp[0] }),
    ...(sport.watts === undefined
      ? {}
      : {
          average_watts: rounded(watts, 1),
          ...(sport.watts === 'measured'
            ? { max_watts: Math.max(...track.watts), weighted_average_watts: Math.round(watts * 1.08) }
            : {}),
          device_watts: sport.watts === 'measured',
          kilojoules: rounded((watts * moving) / 1000, 1),
        }),
    has_heartrate: sport.hasHeartRate,
    ...(sport.hasHeartRate
      ? {
          average_heartrate: rounded(mean(track.heartrate), 1),
          max_heartrate: Math.max(...track.heartrate),
        }
      : {}),
    heartrate_opt_out: false,
    display_hide_heartrate_option: sport.hasHeartRate,
    ...(sport.hasGps
      ? { elev_high: Math.max(...track.altitude), elev_low: Math.min(...track.altitude) }
      : {}),
  };
}

function origin({ sport, uploadId }: Outing, roll: Dice): Document {
  const photos = sport.hasGps && roll.chance(0.3) ? roll.whole(1, 4) : 0;
  const upload = sport.manual
    ? { upload_id: null, external_id: null }
    : {
        upload_id: idOf(uploadId),
        upload_id_str: uploadId,
        external_id: `garmin_ping_${roll.whole(100_000_000, 999_999_999)}${roll.whole(100, 999)}`,
      };
  return {
    ...upload,
    from_accepted_tag: false,
    pr_count: roll.whole(0, 3),
    total_photo_count: photos,
    has_kudoed: false,
    ...(sport.manual ? {} : { suffer_score: sport.hasHeartRate ? roll.whole(10, 220) : null }),
  };
}

function described({ sport, moving }: Outing, roll: Dice): Document {
  return {
    description: roll.chance(0.4) ? 'Legs felt good – Grüße an alle 🚲' : null,
    calories: sport.manual ? 0 : rounded((moving / 60) * roll.decimal(7, 12, 2), 1),
    perceived_exertion: roll.chance(0.3) ? roll.whole(1, 10) : null,
    prefer_perceived_exertion: roll.chance(0.3) ? false : null,
  };
}

const VISIBLE_STATS = ['heart_rate', 'pace', 'power', 'speed', 'calories'];

function closing({ id, sport }: Outing, person: Person, roll: Dice): Document {
  const gear = sport.gear === null ? undefined : person.gearSummary(sport.gear);
  return {
    ...(gear === undefined ? {} : { gear }),
    photos: { primary: null, count: 0 },
    stats_visibility: VISIBLE_STATS.map((type) => ({ type, visibility: 'everyone' })),
    hide_from_home: false,
    ...(sport.manual ? {} : { device_name: sport.trainer ? 'Zwift' : 'Garmin Forerunner 265' }),
    embed_token: dice(person.seed, 'embed', id).whole(1e11, 1e12).toString(16),
    ...(sport.type === 'Run' ? { similar_activities: { effort_count: roll.whole(1, 9) } } : {}),
    available_zones: sport.hasHeartRate ? ['heartrate', ...(sport.type === 'Run' ? ['pace'] : [])] : [],
  };
}
