import { addDays, dateAt } from '../../core/dates.ts';
import { PROGRAM } from '../../program.ts';
import { addresses, type Imitations, settings } from './settings.ts';

/** Twenty times what a person needs, and still below what Clockify allows. */
const PACE = 20;

interface SandboxObject {
  readonly invented: true;
  readonly zone: string;
  readonly days: number;
  readonly oura: Readonly<
    Record<
      'url' | 'authorizeUrl' | 'tokenUrl' | 'redirectUri' | 'clientId' | 'clientSecret' | 'control',
      string
    >
  >;
  readonly clockify: Readonly<Record<'url' | 'apiKey' | 'plan' | 'userId' | 'control', string>> & {
    readonly workspaceIds: readonly string[];
  };
  /** A whole health-sync.toml. */
  readonly config: string;
}

/** Everything needed to talk to the imitations. `now`: UTC epoch milliseconds. */
export function sandboxReport(imitations: Imitations, plan: string, now: number) {
  const { oura, clockify, redirectUri, zone, days } = imitations;
  const at = addresses(imitations);
  const object: SandboxObject = {
    invented: true,
    zone,
    days,
    oura: {
      url: oura.url,
      authorizeUrl: at.authorize,
      tokenUrl: at.token,
      redirectUri,
      clientId: oura.clientId,
      clientSecret: oura.clientSecret,
      control: `${oura.url}/_sandbox`,
    },
    clockify: {
      url: at.clockify,
      apiKey: clockify.apiKey,
      plan,
      workspaceIds: clockify.workspaceIds,
      userId: clockify.userId,
      control: `${clockify.url}/_sandbox`,
    },
    config: settings(imitations, PACE),
  };
  return { object, text: text(object, curlExamples(imitations, now)) };
}

function text({ oura, clockify, zone, days, config }: SandboxObject, curl: string): string {
  return `Oura      ${oura.url}  (${days} invented days, ${zone})
          client id ${oura.clientId}, client secret ${oura.clientSecret}
Clockify  ${clockify.url}  (${clockify.plan} plan)
          API key ${clockify.apiKey}

Put this into an empty folder as health-sync.toml:

${config}
Then, in that folder:

  ${PROGRAM} auth
  ${PROGRAM} sync

Change the truth and sync again:

${curl}`;
}

/** Control routes with the ids of nights that exist. */
function curlExamples({ oura, clockify, zone }: Imitations, now: number): string {
  const nights = `${oura.url}/_sandbox/collections/sleep`;
  const entries = `${clockify.url}/_sandbox/entries`;
  const own = oura.truth.list('sleep').filter(({ type }) => type === 'long_sleep');
  const [last, before] = [own.at(-1)?.id ?? 'ID', own.at(-2)?.id ?? 'ID'];
  const yesterday = addDays(dateAt(now, zone), -1);
  const nap = JSON.stringify({
    day: yesterday,
    type: 'late_nap',
    bedtime_start: `${yesterday}T15:00:00+00:00`,
    bedtime_end: `${yesterday}T16:00:00+00:00`,
    total_sleep_duration: 3000,
    efficiency: 83,
  });
  return [
    ['all nights', `curl -s ${nights}`],
    ['another scoring of the last night', `curl -X PATCH ${nights}/${last} -d '{"efficiency": 71}'`],
    ['the night before is deleted', `curl -X DELETE ${nights}/${before}`],
    ['a nap is added', `curl -X PUT ${nights}/nap-1 -d '${nap}'`],
    [
      'the next page of sleep fails once',
      `curl -X POST ${oura.url}/_sandbox/faults -d '{"path": "/sleep$", "status": 503}'`,
    ],
    ['requests so far', `curl -s ${oura.url}/_sandbox/requests`],
    ['all time entries', `curl -s ${entries}`],
    ['the person edits an entry', `curl -X PATCH ${entries}/ID -d '{"description": "Slept badly"}'`],
    ['the person deletes an entry', `curl -X DELETE ${entries}/ID`],
    ['another tool uses up requests', `curl -X POST ${clockify.url}/_sandbox/quota -d '{"spend": 30}'`],
  ]
    .map(([what, line]) => `  # ${what}\n  ${line}`)
    .join('\n');
}
