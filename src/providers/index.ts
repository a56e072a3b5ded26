import type { AnyProvider } from '../core/provider.ts';
import { clockify } from './clockify.ts';
import { eightsleep } from './eightsleep.ts';
import { hevy } from './hevy.ts';
import { oura } from './oura.ts';
import { strava } from './strava.ts';
import { whoop } from './whoop.ts';
import { withings } from './withings.ts';

/** Every service that can be read. */
export const providers: readonly AnyProvider[] = [oura, withings, hevy, strava, eightsleep, whoop, clockify];
