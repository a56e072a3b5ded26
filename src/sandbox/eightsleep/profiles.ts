import { dice, documentId } from '../dice.ts';
import type { Document } from '../truth.ts';
import type { Bed } from './night.ts';

export interface Home {
  readonly seed: number;
  /** IANA zone. */
  readonly zone: string;
  /** UTC epoch milliseconds. */
  readonly since: number;
  readonly now: number;
}

/** Ids are hexadecimal without dashes: 32 digits for a person, 24 for a pod. */
export const userIdOf = (seed: number, who: 'self' | 'partner') =>
  documentId(seed, 'eightsleep', who).replaceAll('-', '');
export const deviceIdOf = (seed: number) =>
  documentId(seed, 'eightsleep', 'pod').replaceAll('-', '').slice(0, 24);

const HOUR = 3_600_000;
const text = (instant: number) => new Date(instant).toISOString();

export interface Resident {
  readonly userId: string;
  readonly email: string;
  readonly firstName: string;
  readonly gender: 'female' | 'male';
  readonly dob: string;
  readonly bed: Bed;
  /** Who sees this person's figures, and whose figures this person sees. */
  readonly shared: readonly string[];
}

export function userOf(home: Home, { bed, ...resident }: Resident): Document {
  const { userId, email, firstName, gender, dob, shared } = resident;
  return {
    userId,
    email,
    firstName,
    lastName: 'Sample',
    gender,
    tempPreference: 'cold',
    tempPreferenceUpdatedAt: text(home.since + 26 * HOUR),
    dob,
    zip: 11_111,
    devices: [bed.id],
    emailVerified: true,
    sharingMetricsTo: [...shared],
    sharingMetricsFrom: [...shared],
    timezone: home.zone,
    notifications: {
      weeklyReportEmail: true,
      sessionProcessed: true,
      temperatureRecommendation: true,
      healthInsight: true,
      sleepInsight: true,
      marketingUpdates: false,
      bedtimeReminder: true,
      alarmWakeupPush: true,
    },
    createdAt: text(home.since),
    experimentalFeatures: false,
    autopilotEnabled: false,
    lastReset: '1970-01-01T00:00:00.000Z',
    nextReset: '2100-01-01T00:00:00.000Z',
    features: ['warming', 'cooling'],
    currentDevice: { id: bed.id, side: bed.side },
    hotelGuest: false,
  };
}

/** `awaySides` takes over the id of whoever switched away mode on; at home it is empty. */
export function podOf(home: Home, deviceId: string, left: string, right: string): Document {
  const roll = dice(home.seed, 'eightsleep', 'pod');
  const serial = String(roll.whole(1000, 99_999)).padStart(8, '0');
  return {
    deviceId,
    ownerId: left,
    ...sideOf('left', left, roll.whole(-60, 40)),
    ...sideOf('right', right, roll.whole(-60, 40)),
    awaySides: {},
    priming: false,
    lastLowWater: text(home.since + HOUR),
    lastPrime: text(home.since + 2 * HOUR),
    needsPriming: false,
    hasWater: true,
    ledBrightnessLevel: 40,
    sensorInfo: {
      label: `20600-0003-F00-${serial}`,
      partNumber: '20600',
      sku: '0003',
      hwRevision: 'F00',
      serialNumber: serial,
      lastConnected: text(home.now - 60_000),
      skuName: 'caking',
      connected: true,
    },
    hubInfo: `20500-0001-B03-${serial}`,
    timezone: home.zone,
    location: [0, 0],
    mattressInfo: { firstUsedDate: null, eightMattress: null, brand: null },
    firmwareCommit: 'd4ccf93',
    firmwareVersion: '2.4.2.0',
    firmwareUpdated: true,
    firmwareUpdating: false,
    lastFirmwareUpdateStart: '1970-01-01T00:00:00.000+00:00',
    lastHeard: text(home.now - 40_000),
    online: true,
    encasementType: 'pod-pro-cover',
    leftKelvin: kelvin('00:30:00'),
    rightKelvin: kelvin('23:30:00'),
    features: ['warming', 'cooling', 'vibration'],
    modelString: 'Pod Pro',
    hubSerial: serial,
    wifiInfo: {
      signalStrength: roll.whole(-75, -40),
      ssid: 'bedroom',
      ipAddr: '192.0.2.17',
      macAddr: '2:0:0:0:0:17',
      asOf: text(home.now - 40_000),
    },
  };
}

const week = (on: boolean) =>
  Object.fromEntries(
    ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'].map((day) => [day, on]),
  );

function sideOf(side: 'left' | 'right', userId: string, level: number): Document {
  return {
    [`${side}UserId`]: userId,
    [`${side}HeatingLevel`]: level,
    [`${side}TargetHeatingLevel`]: 0,
    [`${side}NowHeating`]: false,
    [`${side}HeatingDuration`]: 0,
    [`${side}Schedule`]: { daysUTC: week(false), enabled: false },
  };
}

function kelvin(startLocalTime: string): Document {
  return {
    targetLevels: [-20, -18, -10],
    alarms: [],
    scheduleProfiles: [{ enabled: true, startLocalTime, weekDays: week(true) }],
    phases: [],
    level: 0,
    currentTargetLevel: 0,
    active: false,
    currentActivity: 'off',
  };
}
