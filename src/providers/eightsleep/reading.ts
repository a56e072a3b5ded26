import * as z from 'zod';
import { addDays, startOfDay } from '../../core/dates.ts';
import { ContractError, UsageError } from '../../core/errors.ts';
import { byToken } from '../../core/pages.ts';
import type { Page, RawItem, Read } from '../../core/provider.ts';
import { splitPage } from '../../http/json.ts';

/** What reading needs of the section. */
export interface Own {
  readonly timezone: string;
  /** Whether the other person's days are wanted; without it nobody looks for them. */
  readonly partner: boolean;
}

type Pages = AsyncGenerator<readonly RawItem[]>;

const person = z.looseObject({
  userId: z.string(),
  devices: z.array(z.string()).nullish(),
  currentDevice: z.looseObject({ id: z.string().nullish() }).nullish(),
  sharingMetricsFrom: z.array(z.string()).nullish(),
});
type Person = z.infer<typeof person>;
const pod = z.looseObject({ awaySides: z.looseObject({}).nullish() });

export function readUser({ http }: Pick<Read<Own>, 'http'>): Promise<RawItem> {
  return http.document('/users/me', {}, { at: 'user' });
}

/** Everything else is asked for by the person's id: stored at the beginning of a run, or asked for outside of one. */
async function personOf(read: Read<Own>): Promise<Person> {
  for (const { value } of read.stored('user')) return understood(person, value, 'person');
  return understood(person, (await readUser(read)).value, 'person');
}

function understood<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ContractError(`what the service says about the ${what} has another shape`);
}

/** The pod in use first. */
function podsOf({ devices, currentDevice }: Person): string[] {
  const inUse = currentDevice?.id;
  return [...new Set([...(inUse ? [inUse] : []), ...(devices ?? [])])];
}

export async function* pods(read: Read<Own>): Pages {
  for (const id of podsOf(await personOf(read)))
    yield [await read.http.document(`/devices/${encodeURIComponent(id)}`, {}, { at: 'result' })];
}

/**
 * Scores and sessions come together with v2 alone: v3, which the app asks for, leaves the scores out once sessions
 * are wanted. Some have seen the days wrapped in `result`.
 */
async function daysOf({ http, config, span }: Read<Own>, userId: string): Promise<readonly RawItem[]> {
  const reply = await http.document(`/users/${encodeURIComponent(userId)}/trends`, {
    tz: config.timezone,
    from: span.from,
    to: span.to,
    'include-main': 'false',
    'include-all-sessions': 'true',
    'model-version': 'v2',
  });
  const wrapped = z.looseObject({ result: z.looseObject({}) }).safeParse(reply.value).success;
  return splitPage(reply.text, wrapped ? 'result.days' : 'days').items;
}

export async function* ownDays(read: Read<Own>): Pages {
  yield await daysOf(read, (await personOf(read)).userId);
}

/** Two partners are never mixed: whose day it is goes beside what was received, whose text stays as it is. */
export async function* partnerDays(read: Read<Own>): Pages {
  if (!read.config.partner)
    throw new UsageError('eightsleep.partner_trends: the other person’s days are not read', {
      source: 'eightsleep.partner_trends',
      hint: 'Set eightsleep.partner = true, or do not name partner_trends.',
    });
  const userId = await partnerOf(read);
  if (userId === undefined) return;
  const days = await daysOf(read, userId);
  yield days.map((day) => beside(userId, day));
  if (days.length > 0) yield ofEarlierPartners(read, userId);
}

const beside = (userId: string, { text, value }: RawItem): RawItem => ({
  text,
  value: { ...Object(value), userId },
});

/** Days of whoever was the partner before: a listing that is not about them cannot show that they are gone. */
function ofEarlierPartners({ stored, span }: Read<Own>, userId: string): RawItem[] {
  return [...stored('partner_trends')].flatMap(({ id, ...item }) => {
    const [whose = '', day = ''] = id.split('/');
    return whose !== userId && day >= span.from && day <= span.to ? [beside(whose, item)] : [];
  });
}

/** Whoever shares figures with this person, else who lies on the other side of the pod, shared or not. */
async function partnerOf(read: Read<Own>): Promise<string | undefined> {
  const own = await personOf(read);
  const shares = own.sharingMetricsFrom?.find((id) => id !== own.userId);
  const [inUse] = podsOf(own);
  if (shares !== undefined || inUse === undefined) return shares;
  const { value } = await read.http.document(
    `/devices/${encodeURIComponent(inUse)}`,
    { filter: 'leftUserId,rightUserId,awaySides' },
    { at: 'result' },
  );
  return sidesOf(value).find((id) => id !== own.userId);
}

/** In away mode a side's id moves to `awaySides`; on a solo pod both sides are the same person. */
function sidesOf(value: unknown): string[] {
  const { awaySides, leftUserId, rightUserId } = understood(pod, value, 'pod');
  const sides = [leftUserId, rightUserId, ...Object.values(awaySides ?? {})];
  return sides.filter((id): id is string => typeof id === 'string' && id !== '');
}

/** Sessions that begin on the days before still belong to the first day; zones differ by up to a day. */
const PADDING = 2;

/** Newest first. Whether dates in the question do anything is not known, so that older pages are left unread instead. */
export async function* sessions(read: Read<Own>): Pages {
  const { http, span, zone } = read;
  const { userId } = await personOf(read);
  const oldest = startOfDay(addDays(span.from, -PADDING), zone);
  const path = `/users/${encodeURIComponent(userId)}/intervals`;
  yield* byToken(
    (next) => http.page(path, { next }, 'intervals'),
    (page) => (isOlder(page, oldest) ? undefined : page.envelope.next),
  );
}

function isOlder({ items }: Page, instant: number): boolean {
  const { ts } = Object(items.at(-1)?.value) as { ts?: unknown };
  return typeof ts === 'string' && Date.parse(ts) < instant;
}
