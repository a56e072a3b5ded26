import { documentId } from './dice.ts';
import { EventLog, type EventOptions } from './hevy/events.ts';
import { personOf } from './hevy/person.ts';
import { Quota, type QuotaOptions } from './hevy/quota.ts';
import { notFound, Refusal, refusalReply, unauthorized } from './hevy/refusals.ts';
import { answerRoute, routeName } from './hevy/routes.ts';
import type { Service, ServiceOptions } from './hevy/service.ts';
import { hevyTruth } from './hevy/truth.ts';
import { type Imitation, type ImitationOptions, startImitation } from './imitation.ts';
import type { SandboxReply, SandboxRequest } from './server.ts';

export type { ComingPage } from './hevy/service.ts';

export interface HevySandboxOptions extends ImitationOptions, ServiceOptions, EventOptions, QuotaOptions {
  /** Default one made of the seed. */
  readonly apiKey?: string;
}

export interface HevySandbox extends Imitation {
  readonly apiKey: string;
  /** The next requests with a good key are answered with 429. */
  refuseNext(requests: number): void;
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** A strict imitation of Hevy's public API around an invented person with a Pro account; it only reads. */
export async function startHevy(options: HevySandboxOptions): Promise<HevySandbox> {
  const person = personOf(options);
  const apiKey = options.apiKey ?? documentId(person.seed, 'api key');
  const log = new EventLog(options);
  const truth = hevyTruth(person, log, options.now);
  const service: Service = { truth, log, options };
  const quota = new Quota(options);
  let revoked = false;

  const answer = (request: SandboxRequest): SandboxReply => {
    if (!request.path.startsWith('/v1/')) throw notFound('Route');
    // A key in the query or as a bearer token is none.
    if (revoked || request.headers['api-key'] !== apiKey) throw unauthorized();
    quota.take(request.at);
    return { ...answerRoute(service, request), headers: JSON_TYPE };
  };

  const refuseNext = (requests: number) => quota.refuseNext(requests);
  const imitation = await startImitation({
    options,
    truth,
    handler: (request) => {
      try {
        return answer(request);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        return refusalReply(refusal, options.unknownBody ?? 'text');
      }
    },
    settings: (url) => ({ api_key: apiKey, base_url: url }),
    seed: () => ({}),
    // A key has no hour that could come.
    expireTokens: () => {},
    revoke: () => {
      revoked = true;
    },
    routeOf: ({ path }) => routeName(path),
    commands: { refuse: ({ requests = 1 }) => refuseNext(requests) },
  });
  return { ...imitation, apiKey, refuseNext };
}
