import { expect } from 'vitest';
import { oura } from '../../src/providers/oura.ts';
import type { Imitation } from '../../src/sandbox/imitation.ts';
import { type OuraSandbox, startOura, tooManyRequests } from '../../src/sandbox/oura.ts';
import { truthOf } from '../../src/sandbox/truth.ts';
import { openApi, publishedSpec } from '../support/openapi.ts';
import { testProvider } from '../support/testProvider.ts';

/** Oura's imitation is older than the others and holds its truth in another way. */
type Service = Imitation & { readonly oura: OuraSandbox };

async function start({ now }: { now: () => number }): Promise<Service> {
  const own = await startOura({ now, days: 12, pageSize: { documents: 5 } });
  const { url, clientId, clientSecret } = own;
  return {
    ...own,
    oura: own,
    truth: truthOf({}),
    settings: {
      client_id: clientId,
      client_secret: clientSecret,
      base_url: url,
      authorize_url: `${url}/oauth/v2/ext/oauth-authorize`,
      token_url: `${url}/oauth/v2/ext/oauth-token`,
    },
    seed: () => ({ ...own.issueToken() }),
    expireTokens: () => own.grant.expire(),
    revoke: () => own.grant.revoke(),
  };
}

const spec = publishedSpec('oura-openapi.json');
const RESOURCES = ['sleep', 'daily_sleep', 'daily_activity', 'personal_info'];
const ids = ({ oura }: Service, name: string) => oura.truth.list(name).map(({ id }) => String(id));
const last = (service: Service) => ids(service, 'daily_sleep').at(-1) as string;

testProvider<Service>({
  provider: oura,
  start,
  config: { resources: RESOURCES },
  everything: (service) => Object.fromEntries(RESOURCES.map((name) => [name, ids(service, name)])),
  secondRun: (requests) => {
    const first = requests.filter(({ query }) => !query.has('next_token'));
    expect(first.map(({ path }) => path.split('/').at(-1)).sort()).toEqual([...RESOURCES].sort());
    const asked = first.flatMap(({ query }) => query.get('start_date') ?? []);
    expect([...new Set(asked)]).toEqual(['2026-03-04']);
  },
  edit: (service) => {
    const id = last(service);
    service.oura.truth.rescore(id, { score: 41 });
    return { resource: 'daily_sleep', id, shows: '"score":41' };
  },
  late: (service) => {
    const like = service.oura.truth.get('daily_sleep', last(service));
    service.oura.truth.put('daily_sleep', { ...like, id: 'late', day: '2026-02-20' });
    return { resource: 'daily_sleep', id: 'late' };
  },
  remove: (service) => {
    const id = last(service);
    service.oura.truth.remove('daily_sleep', id);
    return { resource: 'daily_sleep', id };
  },
  paged: { resource: 'daily_sleep', path: /\/daily_sleep$/ },
  unknownField: (service, field, value) => {
    service.oura.truth.rescore(last(service), { [field]: value });
    return { resource: 'daily_sleep', id: last(service) };
  },
  broken: { resource: 'daily_sleep', path: /\/daily_sleep$/ },
  tokenPath: /oauth-token$/,
  limit: {
    refuse: ({ oura: { faults } }) => faults.add({ path: /usercollection/ }, tooManyRequests(900, 0), 9_999),
    allow: ({ oura: { faults } }) => faults.clear(),
    closedFor: 900_000,
  },
  errors: [
    {
      name: 'a membership that has lapsed',
      make: ({ oura: { grant } }) => grant.lapse(true),
      exit: 3,
      says: /membership has lapsed/,
    },
    {
      name: 'access that was taken away',
      make: (service) => service.revoke(),
      exit: 3,
      says: /oura-clockify auth oura/,
    },
  ],
  document: spec === undefined ? undefined : openApi(spec),
});
