import { startOura } from '../../src/sandbox/oura.ts';
import { asRecorded } from './asRecorded.ts';
import { type Asked, type Front, type Manner, startFront } from './front.ts';

export interface ServiceOptions {
  readonly days: number;
  /** Replies as the imitation gives them, not as they were when the design's figures were taken. */
  readonly fullFields: boolean;
  readonly time: { now: number };
  readonly manner: Manner;
  readonly log: Asked[];
}

/** One imitation with its front; `section` is what the program's configuration says of it. */
export interface Service {
  readonly id: string;
  readonly front: Front;
  readonly section: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Longer than any history: no run shall spend its time on renewing tokens. */
const TOKEN_LIFE = 1_000 * 86_400;

const startOuraFront = async (options: ServiceOptions): Promise<Service> => {
  const now = () => options.time.now;
  const { manner, log, days, fullFields } = options;
  const imitation = await startOura({ now, days, tokenLifeSeconds: TOKEN_LIFE });
  const front = await startFront({
    service: 'oura',
    behind: imitation.url,
    isRead: (method, path) => method === 'GET' && path.startsWith('/v2/usercollection/'),
    forget: () => {
      imitation.requests.length = 0;
    },
    ...(fullFields ? {} : { instead: (path, reply) => asRecorded(path, reply as object) }),
    manner,
    log,
    now,
  });
  const section = {
    enabled: true,
    client_id: imitation.clientId,
    client_secret: imitation.clientSecret,
    base_url: front.url,
    authorize_url: `${front.url}/oauth/v2/ext/oauth-authorize`,
    token_url: `${front.url}/oauth/v2/ext/oauth-token`,
    ...imitation.issueToken(),
  };
  return serviceOf('oura', front, section, imitation);
};

function serviceOf(
  id: string,
  front: Front,
  section: Service['section'],
  imitation: { close(): Promise<void> },
): Service {
  const close = async () => {
    await front.close();
    await imitation.close();
  };
  return { id, front, section, close };
}

export const starters: Readonly<Record<string, (options: ServiceOptions) => Promise<Service>>> = {
  oura: startOuraFront,
};
