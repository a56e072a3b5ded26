import { addDays, type LocalDate } from '../../core/dates.ts';
import type { ClockifySandbox } from '../../sandbox/clockify.ts';
import { type World, type WorldName, worlds } from '../../sandbox/oura/worlds.ts';
import type { OuraSandbox } from '../../sandbox/oura.ts';
import { type Other, otherSections } from './others.ts';

export interface Imitations {
  readonly oura: OuraSandbox;
  readonly clockify: ClockifySandbox;
  readonly others: readonly Other[];
  /** The portal that the sign-in goes through. */
  readonly portal: WorldName;
  readonly redirectUri: string;
  /** IANA. */
  readonly zone: string;
  /** Length of the invented history, and its last day. */
  readonly days: number;
  readonly today: LocalDate;
}

/** Where each part of the imitations is found. */
export function addresses({ oura, clockify, portal }: Imitations) {
  const { authorize, token } = worlds.find(({ name }) => name === portal) as World;
  return {
    oura: oura.url,
    authorize: oura.url + authorize,
    token: oura.url + token,
    clockify: `${clockify.url}/api/v1`,
  };
}

/** A `health-sync.toml` that leads to the imitations and nowhere else. `pace`: requests per second to Clockify. */
export function settings(imitations: Imitations, pace: number): string {
  const { oura, clockify, others, redirectUri, zone, days, today } = imitations;
  const at = addresses(imitations);
  const text = JSON.stringify;
  return `[app]
db = "./health.sqlite"
timezone = ${text(zone)}

[oura]
enabled = true
client_id = ${text(oura.clientId)}
client_secret = ${text(oura.clientSecret)}
redirect_uri = ${text(redirectUri)}
base_url = ${text(at.oura)}
authorize_url = ${text(at.authorize)}
token_url = ${text(at.token)}
start_date = ${text(addDays(today, 1 - days))}

[clockify]
api_key = ${text(clockify.apiKey)}
base_url = ${text(at.clockify)}
workspace_id = ${text(clockify.workspaceIds[0])}
requests_per_second = ${pace}
${otherSections(others)}`;
}
