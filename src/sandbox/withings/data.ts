import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { TokenBook } from '../tokens.ts';
import type { Document, Truth } from '../truth.ts';
import type { Scope } from './authorization.ts';
import { BAD_TOKEN, fine, guarded, invalid, NOT_IMPLEMENTED, Refused, UNAUTHORIZED } from './envelope.ts';
import { type Cut, cutData, cutTo } from './fields.ts';
import { formOf, integer, integers } from './form.ts';
import { heartList, heartSignal } from './heart.ts';
import {
  type Ask,
  changedOrWithin,
  daysAsked,
  oneDayAsked,
  type Page,
  pageOf,
  type Rules,
  second,
  secondsAsked,
  sorted,
} from './listing.ts';

export interface DataService {
  readonly truth: Truth;
  readonly tokens: TokenBook;
  readonly zone: string;
  readonly rules: Rules;
}

/** The body of the reply. */
type Answer = (ask: Ask) => object;

const DATES = ['startdate', 'enddate'] as const;
const DAYS = ['startdateymd', 'enddateymd'] as const;
/** Of a Sleep Monitor, in the replies about sleep. */
const SLEEP_MONITOR = 32;
const DAY_SECONDS = 86_400;

const calls: Readonly<Record<string, readonly [scope: Scope, answer: Answer]>> = {
  '/measure getmeas': ['user.metrics', measures],
  '/v2/measure getactivity': ['user.activity', activity],
  '/v2/measure getintradayactivity': ['user.activity', intraday],
  '/v2/measure getworkouts': ['user.activity', workouts],
  '/v2/sleep get': ['user.activity', sleepSeries],
  '/v2/sleep getsummary': ['user.activity', sleepSummary],
  '/v2/heart list': ['user.metrics', heartList],
  '/v2/heart get': ['user.metrics', heartSignal],
  '/v2/user getdevice': ['user.info', ({ truth }) => ({ devices: truth.list('devices') })],
  '/v2/user getgoals': ['user.info', ({ truth }) => ({ goals: truth.get('goals', 'goals') ?? {} })],
};

export function answerData(service: DataService, request: SandboxRequest): SandboxReply {
  const form = formOf(request);
  return guarded(() => {
    const call = calls[`${request.path} ${form.get('action')}`];
    if (call === undefined) throw new Refused(NOT_IMPLEMENTED, 'Not implemented');
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const family = token === undefined ? undefined : service.tokens.use(token);
    if (family === undefined) throw new Refused(BAD_TOKEN, BAD_TOKEN_TEXT);
    const [scope, answer] = call;
    if (!family.scopes.includes(scope)) throw new Refused(UNAUTHORIZED, 'Unauthorized');
    const { truth, rules, zone } = service;
    return fine(answer({ form, now: Math.floor(request.at / 1000), truth, rules, zone }));
  });
}

const BAD_TOKEN_TEXT = 'XRequestID: Not provided invalid_token: The access token provided is invalid';

function measures(ask: Ask): object {
  const { form, truth, now, zone } = ask;
  const types = typesAsked(ask);
  const category = integer(form, 'category');
  if (category !== undefined && category !== 1 && category !== 2) throw invalid('invalid category');
  const fits = changedOrWithin(ask, DATES, () => {
    const { from, to } = secondsAsked(form);
    return (group) => second(group, 'date') >= from && second(group, 'date') <= to;
  });
  const groups = sorted(truth.list('measures').filter(fits), 'date', ask.rules.order.measures)
    .filter((group) => category === undefined || group.category === category)
    .map(types)
    .filter((group) => (group.measures as Document[]).length > 0);
  const { rows, more, offset } = pageOf(ask, 'measures', groups);
  // A reply that needs no paging does not mention it; otherwise `more` is a number here and nowhere else.
  const paging = more || form.has('offset') ? { more: more ? 1 : 0, offset } : {};
  return { updatetime: now, timezone: zone, measuregrps: rows, ...paging };
}

/** Keeps the measures of the types asked for. */
function typesAsked({ form }: Ask): Cut {
  const one = integer(form, 'meastype');
  const several = integers(form, 'meastypes');
  if (one !== undefined && several !== undefined) throw invalid('meastype and meastypes');
  const types = several ?? (one === undefined ? undefined : [one]);
  if (types === undefined) return (group) => group;
  return (group) => {
    const kept = (group.measures as Document[]).filter((measure) => types.includes(Number(measure.type)));
    return { ...group, measures: kept };
  };
}

function series({ rows, more, offset }: Page, cut: Cut): object {
  return { series: rows.map(cut), more, offset };
}

function activity(ask: Ask): object {
  const cut = cutTo(ask.form, 'activity', ask.rules.fields);
  const fits = changedOrWithin(ask, DAYS, () => daysAsked(ask));
  const days = sorted(ask.truth.list('activity').filter(fits), 'date', ask.rules.order.activity);
  const { rows, more, offset } = pageOf(ask, 'activity', days);
  return { activities: rows.map(cut), more, offset };
}

function workouts(ask: Ask): object {
  const cut = cutTo(ask.form, 'workouts', ask.rules.fields);
  const fits = changedOrWithin(ask, DAYS, () => daysAsked(ask));
  const all = sorted(ask.truth.list('workouts').filter(fits), 'startdate', ask.rules.order.workouts);
  return series(pageOf(ask, 'workouts', all), cutData(cut));
}

function sleepSummary(ask: Ask): object {
  const cut = cutTo(ask.form, 'sleep_summary', ask.rules.fields);
  const fits = changedOrWithin(ask, DAYS, () => daysAsked(ask, ask.rules.summaryDays));
  const nights = sorted(
    ask.truth.list('sleep_summary').filter(fits),
    'startdate',
    ask.rules.order.sleep_summary,
  );
  return series(pageOf(ask, 'sleep_summary', nights), cutData(cut));
}

/** Segments that begin in the range. */
function sleepSeries(ask: Ask): object {
  const cut = cutTo(ask.form, 'sleep_series', ask.rules.fields);
  const { from, to } = oneDayAsked(ask);
  const segments = ask.truth
    .list('sleep_series')
    .filter((one) => second(one, 'startdate') >= from && second(one, 'startdate') <= to);
  return {
    series: sorted(segments, 'startdate', ask.rules.order.sleep_series).map(cut),
    model: SLEEP_MONITOR,
  };
}

function intraday(ask: Ask): object {
  const cut = cutTo(ask.form, 'intraday', ask.rules.fields);
  const asked = DATES.some((name) => ask.form.has(name));
  // Without a range the most recent activity is meant.
  const { from, to } = asked ? oneDayAsked(ask) : { from: ask.now - DAY_SECONDS, to: ask.now };
  const found = ask.truth
    .entries('intraday')
    .filter(([at]) => Number(at) >= from && Number(at) <= to)
    .map(([at, document]) => [at, cut(document)] as const);
  if (found.length === 0 && ask.rules.emptyIntraday === 'array') return { series: [] };
  return { series: Object.fromEntries(found) };
}
