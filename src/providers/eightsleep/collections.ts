import {
  date,
  flag,
  instant,
  item,
  json,
  nested,
  number,
  numberOr,
  required,
  text,
} from '../../core/fields.ts';

/**
 * The fields of Eight Sleep's replies, as its apps show them: nothing is published, so what is read here is what was
 * seen. Durations are seconds, temperatures °C, instants UTC. Shares of sleep are fractions of 1, snoring alone is
 * told in whole percent. Only what the engine needs is required.
 */
const seconds = (about: string) => number(`${about}, seconds`);
/** Absent numbers of a day are sometimes left out, sometimes null and sometimes this word. */
const figure = (about: string) => numberOr('None', about);
const length = (about: string) => figure(`${about}, seconds`);
const utc = (about: string) => instant(`${about}, UTC`);

/** Name, e-mail, date of birth and zip code stay in the payload: the view is for looking at sleep. */
export const user = item({
  userId: required(text("Eight Sleep's id of the person")),
  createdAt: required(instant('when the account was made, UTC: nothing is older')),
  timezone: text('IANA zone of the profile'),
  gender: text('as the person said'),
  tempPreference: text('cold, neutral or hot'),
  devices: json('ids of the pods (JSON)'),
  currentDevice: nested({
    id: text('the pod in use'),
    side: text('left, right or solo'),
    specialization: text('pod, …'),
  }),
  sharingMetricsTo: json('ids of people who see these figures (JSON)'),
  sharingMetricsFrom: json('ids of people whose figures are seen (JSON)'),
  features: json('what the pod can do (JSON)'),
});

/** Where it stands, whose it is and which network it is in stay in the payload. */
export const devices = item({
  deviceId: required(text("Eight Sleep's id of the pod")),
  modelString: text('name of the model'),
  timezone: text('IANA zone of the pod'),
  online: flag('1 when it is connected'),
  lastHeard: utc('when it last reported'),
  firmwareVersion: text('version'),
  firmwareUpdated: flag('1 when the firmware is the newest'),
  encasementType: text('kind of cover'),
  hasWater: flag('0 when it wants water'),
  needsPriming: flag('1 when it wants to be primed'),
  priming: flag('1 while it is primed'),
  lastPrime: utc('when it was last primed'),
  lastLowWater: utc('when it last ran low'),
  ledBrightnessLevel: number('percent'),
  leftHeatingLevel: number('-100 cold to 100 warm'),
  leftTargetHeatingLevel: number('-100 cold to 100 warm'),
  leftNowHeating: flag('1 while it heats or cools'),
  leftHeatingDuration: seconds('left of the heating'),
  leftSchedule: json('days and state (JSON)'),
  leftKelvin: json('levels, alarms and schedules (JSON)'),
  rightHeatingLevel: number('-100 cold to 100 warm'),
  rightTargetHeatingLevel: number('-100 cold to 100 warm'),
  rightNowHeating: flag('1 while it heats or cools'),
  rightHeatingDuration: seconds('left of the heating'),
  rightSchedule: json('days and state (JSON)'),
  rightKelvin: json('levels, alarms and schedules (JSON)'),
  sensorInfo: json('serial numbers and revisions (JSON)'),
  features: json('what the pod can do (JSON)'),
});

/** One contribution to a score: tonight's figure against the person's usual one. */
const rated = (about: string) =>
  nested({
    current: figure(about),
    average: figure(`${about}; the usual`),
    score: figure('points, up to a little over 100'),
    weight: figure('share of the whole, fraction'),
    weighted: figure('points that count'),
    lowerRange: figure(`${about}; lower end of the usual`),
    upperRange: figure(`${about}; upper end of the usual`),
  });
const clock = (about: string) =>
  nested({
    current: text(`${about}, HH:MM:SS of the local clock`),
    average: text(`${about}, HH:MM:SS; the usual`),
    score: figure('points, up to 100'),
    weighted: figure('points that count'),
  });
const total = {
  total: figure('points, 0 to 100'),
  weight: figure('share of the whole, fraction'),
  weighted: figure('points that count'),
};

const trend = {
  day: required(date('local date of waking, in the zone that the archive is kept in')),
  score: figure('sleep score, 0 to 100; 0 while the day is processed'),
  presenceStart: utc('to bed, longest session'),
  presenceEnd: utc('out of bed, longest session'),
  sleepStart: utc('asleep, longest session'),
  sleepEnd: utc('awake, longest session'),
  presenceDuration: length('in bed, all sessions, time out of bed in between included'),
  sleepDuration: length('asleep, all sessions'),
  lightDuration: length('light sleep'),
  deepDuration: length('deep sleep'),
  remDuration: length('REM sleep'),
  deepPercent: figure('deep sleep, fraction of the time asleep'),
  remPercent: figure('REM sleep, fraction of the time asleep'),
  snoreDuration: length('snoring'),
  heavySnoreDuration: length('loud snoring'),
  snorePercent: figure('snoring, percent of the time asleep'),
  heavySnorePercent: figure('loud snoring, percent of the time asleep'),
  mitigationEvents: figure('count: the pod reacted to snoring'),
  stoppedSnoringEvents: figure('count'),
  reducedSnoringEvents: figure('count'),
  elevationDuration: length('head of the bed raised'),
  tnt: figure('tosses and turns, count'),
  mainSessionId: text('id of the longest session in intervals'),
  sessionIds: json('ids of the sessions in intervals (JSON)'),
  incomplete: flag('1 when a part of the night is missing'),
  processing: flag('1 while the figures are not final'),
  sleepQualityScore: nested({
    ...total,
    sleepDurationSeconds: rated('asleep, seconds'),
    heartRate: rated('mean of the night, beats per minute'),
    hrv: rated('heart rate variability of the night, milliseconds'),
    respiratoryRate: rated('breaths per minute'),
    deep: rated('deep sleep, seconds'),
    rem: rated('REM sleep, seconds'),
    waso: rated('awake after falling asleep, fraction of the time asleep'),
    sleepDebt: nested({
      dailySleepDebtSeconds: length('less than usual; negative: more'),
      baselineSleepDurationSeconds: length('the usual time asleep'),
      isCalibrating: flag('1 while the usual is not known yet'),
    }),
  }),
  sleepRoutineScore: nested({
    ...total,
    wakeupConsistency: clock('time of waking'),
    sleepStartConsistency: clock('time of falling asleep'),
    bedtimeConsistency: clock('time of going to bed'),
    latencyAsleepSeconds: rated('until asleep, seconds'),
    latencyOutSeconds: rated('from waking until out of bed, seconds'),
  }),
  // What the two above were until 2022.
  sleepFitnessScore: nested({
    total: figure('points, 0 to 100'),
    sleepDurationSeconds: rated('asleep, seconds'),
    latencyAsleepSeconds: rated('until asleep, seconds'),
    latencyOutSeconds: rated('from waking until out of bed, seconds'),
    wakeupConsistency: clock('time of waking'),
  }),
  avgSleepFitnessScore: figure('points, 0 to 100; the usual'),
  avgSleepQualityScore: figure('points, 0 to 100; the usual'),
  avgSleepRoutineScore: figure('points, 0 to 100; the usual'),
  health: json('findings (JSON)'),
  performanceWindows: json('best hours of the day (JSON)'),
  hotFlash: json('hot flashes (JSON)'),
  tags: json('what the person noted (JSON)'),
  sessions: json('each session with its stages and series (JSON)'),
};

export const trends = item(trend);

/** A day does not say whose it is: whoever reads it puts the id beside it. */
export const partnerTrends = {
  schema: item({ ...trend, userId: required(text('of the partner')) }).schema,
  columns: trends.columns,
};

const series = (about: string) => json(`${about}: pairs of instant and value (JSON)`);

/** A longer stay, in seconds, is no stay: its end would be a date that no calendar has. */
const LONGEST_STAY = 30 * 86_400;

/** Any shape will do, as long as an end can be reckoned from it. */
function isStay(stages: unknown): boolean {
  if (!Array.isArray(stages)) return true;
  const durations = stages.map((one) => (Object(one) as { duration?: unknown }).duration);
  const total = durations.reduce<number>(
    (sum, duration) => sum + (typeof duration === 'number' ? Math.abs(duration) : 0),
    0,
  );
  return total <= LONGEST_STAY;
}

const stages = json('awake, light, deep, rem and out in turn, each with its seconds (JSON)');

export const intervals = item({
  id: required(text('start in UTC epoch seconds; unique for one person only')),
  ts: required(utc('to bed')),
  presenceEnd: utc('out of bed; sessions of 2022 do not say it'),
  sleepStart: utc('asleep'),
  sleepEnd: utc('awake'),
  duration: seconds('in bed, and time out of bed on top'),
  score: figure('of an earlier analysis, or 0: trends have the one that counts'),
  timezone: text('IANA zone of the pod at the time'),
  deviceTimeAtUpdate: utc('when the pod last reported on it'),
  device: nested({
    id: text('the pod'),
    side: text('left, right or solo'),
    specialization: text('pod, …'),
  }),
  stageSummary: nested({
    totalDuration: seconds('all of it'),
    sleepDuration: seconds('asleep'),
    lightDuration: seconds('light sleep'),
    deepDuration: seconds('deep sleep'),
    remDuration: seconds('REM sleep'),
    awakeDuration: seconds('awake in bed'),
    outDuration: seconds('out of bed'),
    awakeBeforeSleepDuration: seconds('awake before sleep'),
    awakeBetweenSleepDuration: seconds('awake in between'),
    awakeAfterSleepDuration: seconds('awake after sleep'),
    wasoDuration: seconds('awake after falling asleep'),
  }),
  stages: { ...stages, schema: stages.schema.refine(isStay, 'is longer than a stay in bed') },
  snoring: json('none, medium and heavy in turn, each with its seconds (JSON)'),
  timeseries: nested({
    heartRate: series('beats per minute'),
    hrv: series('heart rate variability, milliseconds'),
    rmssd: series('rMSSD, milliseconds'),
    respiratoryRate: series('breaths per minute'),
    tempBedC: series('bed, °C'),
    tempRoomC: series('room, °C'),
    tnt: series('tosses and turns'),
    heating: series('level of the pod'),
  }),
  sleepAlgorithmVersion: text('version'),
  presenceAlgorithmVersion: text('version'),
  hrvAlgorithmVersion: text('version'),
});
