import { addDays, dateAt, daysBetween } from '../core/dates.ts';
import { documentId } from './dice.ts';
import { type App, authorization, type Consent } from './oura/authorization.ts';
import { collections } from './oura/collections.ts';
import { type Controlled, control, type Grant } from './oura/control.ts';
import { answerData, type PageSize } from './oura/data.ts';
import { lifeOf, type Person } from './oura/life.ts';
import { inventedDocuments, inventedSamples, type Origin, person } from './oura/origins.ts';
import { type OuraTruth, truthOf } from './oura/truth.ts';
import type { DateEnd } from './oura/windows.ts';
import { allScopes, type WorldName } from './oura/worlds.ts';
import { type SandboxRequest, type SandboxServer, serve } from './server.ts';
import { type Pair, type Rotation, tokenBook } from './tokens.ts';

export type { Grant } from './oura/control.ts';
export { tooManyRequests } from './oura/rateLimit.ts';
export type { Document } from './oura/records.ts';
export type { OuraTruth } from './oura/truth.ts';

export interface OuraSandboxOptions {
  readonly now: () => number;
  /** Default: a free one. */
  readonly port?: number;
  /** Length of the invented history; default 30. */
  readonly days?: number;
  /** IANA zone of the invented person; default Europe/Berlin. */
  readonly zone?: string;
  /** Default 1. */
  readonly seed?: number;
  /** Default strict. */
  readonly rotation?: Rotation;
  /** Default 86400. */
  readonly tokenLifeSeconds?: number;
  /** Where the app is registered; default moi alone. */
  readonly worlds?: readonly WorldName[];
  /** What the person will grant, bare names; default everything. */
  readonly scopes?: readonly string[];
  readonly redirectUris?: readonly string[];
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Rows per page; default 1000 each. */
  readonly pageSize?: Partial<PageSize>;
  /** `dropsToday`: as one report has it, every kind leaves out the day of a date-only end. */
  readonly dateEnd?: DateEnd;
}

export interface OuraSandbox extends SandboxServer {
  readonly truth: OuraTruth;
  readonly grant: Grant;
  readonly clientId: string;
  readonly clientSecret: string;
  /** As if the person had signed in; bare names, default everything that is granted. */
  issueToken(scopes?: readonly string[]): Pair;
  /** Requests so far by route, e.g. `GET /v2/usercollection/sleep/{document_id}`. */
  counts(): Readonly<Record<string, number>>;
}

/** A strict imitation of Oura's API, both its sign-in portals included, around an invented person. */
export async function startOura(options: OuraSandboxOptions): Promise<OuraSandbox> {
  const { now, tokenLifeSeconds = 86_400 } = options;
  const app = appOf(options);
  const consent: Consent = { granted: new Set(options.scopes ?? allScopes), denied: false };
  let lapsed = false;
  const tokens = tokenBook({ rotation: options.rotation ?? 'strict', lifeSeconds: tokenLifeSeconds, now });
  const oauth = authorization(app, consent, tokens, tokenLifeSeconds);
  const subject = personOf(options);
  const truth = truthOf(originsOf(subject, now));
  const data = {
    truth,
    zone: subject.zone,
    pageSize: { documents: 1000, samples: 1000, ...options.pageSize },
    dateEnd: options.dateEnd ?? 'measured',
    lapsed: () => lapsed,
    scopesOf: (request: SandboxRequest) => {
      const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
      const scopes = token === undefined ? undefined : tokens.use(token)?.scopes;
      return scopes && new Set(scopes.filter((name) => consent.granted.has(name)));
    },
  };
  const controlled: Controlled = {
    truth,
    grant: {
      scopes: (names) => {
        consent.granted = new Set(names);
      },
      lapse: (value) => {
        lapsed = value;
      },
      deny: (denied) => {
        consent.denied = denied;
      },
      revoke: () => tokens.revokeAll(),
      expire: () => tokens.expireAll(),
      redirect: (uri) => void app.redirectUris.add(uri),
    },
    faults: () => server.faults,
    counts: () => countsOf(server),
    issueToken: (scopes = allScopes) => tokens.issue(oauth.signIn(scopes)),
  };
  const server: SandboxServer = await serve({
    now,
    ...(options.port === undefined ? {} : { port: options.port }),
    handler: (request) => oauth.answer(request) ?? answerData(data, request) ?? notFound,
    control: (request) => control(controlled, request),
  });
  const { grant, counts, issueToken } = controlled;
  return {
    ...server,
    truth,
    grant,
    counts,
    issueToken,
    clientId: app.clientId,
    clientSecret: app.clientSecret,
  };
}

const notFound = { status: 404, body: { detail: 'Not Found' } };

function appOf(options: OuraSandboxOptions): App {
  return {
    clientId: options.clientId ?? 'sandbox-client',
    clientSecret: options.clientSecret ?? 'sandbox-secret',
    redirectUris: new Set(options.redirectUris ?? ['http://localhost:8788/callback']),
    worlds: options.worlds ?? ['moi'],
  };
}

function personOf({ now, days = 30, zone = 'Europe/Berlin', seed = 1 }: OuraSandboxOptions): Person {
  const today = dateAt(now(), zone);
  const firstDay = addDays(today, 1 - days);
  const third = Math.ceil(daysBetween(firstDay, today) / 3);
  return { seed, zone, firstDay, vascularIdsFrom: addDays(firstDay, third) };
}

function originsOf(subject: Person, now: () => number): Map<string, Origin> {
  const life = lifeOf(subject);
  const origins = new Map<string, Origin>();
  for (const one of collections) {
    const invented = one.cut.by === 'timestamp' ? inventedSamples : inventedDocuments;
    origins.set(one.name, invented(life, one, now));
  }
  const about = { age: 40, weight: 70.5, height: 1.75, biological_sex: 'female', email: 'sam@example.org' };
  return origins.set('personal_info', person({ id: documentId(subject.seed, 'person'), ...about }));
}

function countsOf(server: SandboxServer): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of server.requests) {
    const route = path.replace(/^(\/v2\/usercollection\/[^/]+)\/[^/]+$/, '$1/{document_id}');
    const key = `${method} ${route}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
