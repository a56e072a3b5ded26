import type { SandboxReply } from '../server.ts';

/** The two portals where an app can have been registered; neither knows the other's apps. */
export type WorldName = 'moi' | 'legacy';

export interface World {
  readonly name: WorldName;
  readonly authorize: string;
  readonly token: string;
  readonly revoke: string;
  /** Scope names without it are silently not granted. */
  readonly scopePrefix: string;
  /** What the token endpoint says to an app it does not know. */
  unknownClient(form: URLSearchParams, knownElsewhere: boolean): SandboxReply;
  wrongSecret(): SandboxReply;
}

export function refusal(status: number, error: string, description?: string): SandboxReply {
  const body = description === undefined ? { error } : { error, error_description: description };
  return { status, headers: { 'cache-control': 'no-store' }, body };
}

export const worlds: readonly World[] = [
  {
    name: 'moi',
    authorize: '/oauth/v2/ext/oauth-authorize',
    token: '/oauth/v2/ext/oauth-token',
    revoke: '/oauth/v2/ext/oauth-revoke',
    scopePrefix: 'extapi:',
    unknownClient: () => refusal(401, 'invalid_client'),
    wrongSecret: () => refusal(401, 'invalid_client'),
  },
  {
    name: 'legacy',
    authorize: '/oauth/authorize',
    token: '/oauth/token',
    revoke: '/oauth/revoke',
    scopePrefix: '',
    unknownClient: (form, knownElsewhere) =>
      knownElsewhere && form.get('grant_type') === 'refresh_token'
        ? refusal(400, 'invalid_request')
        : refusal(400, 'invalid_client', 'Invalid client_id.'),
    wrongSecret: () => refusal(400, 'invalid_client', 'Invalid client_secret.'),
  },
];

export const allScopes = [
  'email',
  'personal',
  'daily',
  'heartrate',
  'workout',
  'tag',
  'session',
  'spo2',
  'ring_configuration',
  'stress',
  'heart_health',
] as const;

/** The bare name, or undefined for a scope that this world does not know. */
export function bareScope(world: World, asked: string): string | undefined {
  if (!asked.startsWith(world.scopePrefix)) return undefined;
  const name = asked.slice(world.scopePrefix.length);
  // Its name until revision 1.40 of the published document.
  const bare = name === 'spo2Daily' ? 'spo2' : name;
  return allScopes.some((one) => one === bare) ? bare : undefined;
}
