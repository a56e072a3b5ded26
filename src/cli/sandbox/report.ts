import { addDays, startOfDay } from '../../core/dates.ts';
import { PROGRAM } from '../../program.ts';
import { localText } from '../../sandbox/oura/localTime.ts';
import { addresses, type Imitations, settings } from './settings.ts';

const HOUR = 3_600_000;
/** Requests per second: below what Clockify allows. */
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
  /** The services asked for by `--with`, by id. */
  readonly others: Readonly<Record<string, Readonly<Record<'url' | 'control', string>>>>;
  /** A whole health-sync.toml. */
  readonly config: string;
}

/** Everything needed to talk to the imitations. */
export function sandboxReport(imitations: Imitations, plan: string) {
  const { oura, clockify, others, redirectUri, zone, days } = imitations;
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
    others: Object.fromEntries(
      others.map(({ id, imitation: { url } }) => [id, { url, control: `${url}/_sandbox` }]),
    ),
    config: settings(imitations, PACE),
  };
  return { object, text: text(object, curlExamples(imitations)) };
}

function text({ oura, clockify, others, zone, days, config }: SandboxObject, curl: string): string {
  const more = Object.entries(others).map(([id, { url }]) => `${id.padEnd(10)}${url}\n`);
  return `Oura      ${oura.url}  (${days} invented days, ${zone})
          client id ${oura.clientId}, client secret ${oura.clientSecret}
Clockify  ${clockify.url}  (${clockify.plan} plan)
          API key ${clockify.apiKey}
${more.join('')}
Put this into an empty folder as health-sync.toml:

${config}
Then, in that folder:

${['oura', ...Object.keys(others)].map((id) => `  ${PROGRAM} auth ${id}`).join('\n')}
  ${PROGRAM} sync

Change the truth and sync again:

${curl}`;
}

/** Control routes with the ids of nights that exist. */
function curlExamples({ oura, clockify, zone, today }: Imitations): string {
  const nights = `${oura.url}/_sandbox/collections/sleep`;
  const entries = `${clockify.url}/_sandbox/entries`;
  const own = oura.truth.list('sleep').filter(({ type }) => type === 'long_sleep');
  const [last, before] = [own.at(-1)?.id ?? 'ID', own.at(-2)?.id ?? 'ID'];
  const yesterday = addDays(today, -1);
  const afternoon = startOfDay(yesterday, zone) + 15 * HOUR;
  const nap = JSON.stringify({
    day: yesterday,
    type: 'late_nap',
    bedtime_start: localText(afternoon, zone),
    bedtime_end: localText(afternoon + HOUR, zone),
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
