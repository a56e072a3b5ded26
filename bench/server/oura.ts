import { startOura } from '../../src/sandbox/oura.ts';
import { asRecorded } from './asRecorded.ts';
import { frontOf, type Service, type ServiceOptions, TOKEN_LIFE } from './service.ts';

export async function ouraService(options: ServiceOptions): Promise<Service> {
  const { days, fullFields, sleeps, time } = options;
  const imitation = await startOura({ now: () => time.now, days, tokenLifeSeconds: TOKEN_LIFE });
  const moved = () => {
    if (sleeps !== undefined) imitation.truth.replaceAll('sleep', sleeps());
  };
  moved();
  const front = await frontOf(options, {
    service: 'oura',
    behind: imitation,
    isRead: (method, path) => method === 'GET' && path.startsWith('/v2/usercollection/'),
    ...(fullFields ? {} : { instead: asRecorded }),
  });
  const section = {
    enabled: true,
    client_id: imitation.clientId,
    client_secret: imitation.clientSecret,
    base_url: front.url,
    authorize_url: `${front.url}/oauth/v2/ext/oauth-authorize`,
    token_url: `${front.url}/oauth/v2/ext/oauth-token`,
    // Before the longest history.
    start_date: '1990-01-01',
    ...imitation.issueToken(),
  };
  return { id: 'oura', front, section, moved };
}
