import { AuthError, TemporaryError } from '../../core/errors.ts';
import type { Dialect } from '../../core/provider.ts';
import { partOf, wholeItem } from '../../http/json.ts';
import { runHint } from '../../program.ts';
import { familyOf, statusIn } from './statuses.ts';

type FormOf = NonNullable<Dialect['form']>;
type App = Parameters<FormOf>[1];
type Endpoint = Parameters<FormOf>[2];
type PlainReply = ReturnType<NonNullable<Dialect['reply']>>;

const SOURCE = 'withings';

/** How the app proves who it is: by sending its secret, or by signing with it. */
export type TokenForm = 'secret' | 'signed';

export function dialectOf(form: TokenForm): Dialect {
  return {
    scopeSeparator: ',',
    withoutChallenge: true,
    // The old one dies 8 hours after its use, or as soon as the new access token is first used.
    keepsOldRefreshToken: true,
    form: form === 'signed' ? signedForm : secretForm,
    reply: tokenReply,
    revocation: async ({ userId }, app, endpoint) => ({
      method: 'POST',
      url: endpoint.world.tokenUrl,
      form: { ...(await signed('revoke', app, endpoint)), userid: ownNumber(userId) },
    }),
  };
}

const secretForm: FormOf = async (grant, { clientId, clientSecret }) => ({
  action: 'requesttoken',
  client_id: clientId,
  client_secret: clientSecret,
  ...grant,
});

const signedForm: FormOf = async (grant, app, endpoint) => ({
  ...(await signed('requesttoken', app, endpoint)),
  ...grant,
});

/** Only these fields are part of the signature, whatever else is sent. */
async function signed(action: string, app: App, endpoint: Endpoint) {
  const nonce = await newNonce(app, endpoint);
  return {
    action,
    client_id: app.clientId,
    nonce,
    signature: sign(app, action, app.clientId, nonce),
  };
}

/** The values in the alphabetical order of their names. */
function sign({ clientSecret }: App, ...values: readonly string[]): string {
  // Loaded here: see core/digest.ts.
  const { createHmac } = process.getBuiltinModule('node:crypto');
  return createHmac('sha256', clientSecret).update(values.join(',')).digest('hex');
}

/** Good once, within half an hour. */
async function newNonce(app: App, { world, now, post }: Endpoint): Promise<string> {
  const timestamp = String(Math.floor(now / 1000));
  const reply = await post(world.tokenUrl.replace(/oauth2$/, 'signature'), {
    action: 'getnonce',
    client_id: app.clientId,
    timestamp,
    signature: sign(app, 'getnonce', app.clientId, timestamp),
  });
  const status = reply.status === 200 ? statusIn(reply.text) : null;
  if (status === 0) {
    const { value } = partOf(wholeItem(reply.text), 'body.nonce');
    if (typeof value === 'string') return value;
  }
  if (status === null || status === undefined || familyOf(status).http >= 429) {
    throw new TemporaryError(`${SOURCE}: no nonce could be had for signing`, {
      source: SOURCE,
      hint: 'Nothing to do: the next run tries again.',
    });
  }
  throw new AuthError(`${SOURCE}: the signature was not accepted (Withings status ${status})`, {
    source: SOURCE,
    hint: `Check client_id and client_secret under [${SOURCE}] and the clock of this machine. Then: ${runHint(`auth ${SOURCE}`)}`,
  });
}

function ownNumber(userId: string | null): string {
  if (userId !== null) return userId;
  throw new AuthError(`${SOURCE}: the number of the account, which signing out needs, is not known`, {
    source: SOURCE,
    hint: 'End the access of the app in your Withings account.',
  });
}

/** A code or refresh token that is not taken comes as an invalid parameter; the text alone tells it from the app's own. */
const NOT_TAKEN = 503;
const ABOUT_THE_APP = /client|secret|signature/i;
const ABOUT_THE_NONCE = /nonce|timestamp/i;

/** The pair lies inside `body`, the number of the person under a name of its own, errors inside a 200. */
function tokenReply(reply: PlainReply): PlainReply {
  const status = reply.status === 200 ? statusIn(reply.text) : undefined;
  if (status === null) return { status: 503, text: '' };
  if (status === undefined) return reply;
  return status === 0 ? pair(reply) : refusal(status, reply.text);
}

function pair({ text }: PlainReply): PlainReply {
  const whole = wholeItem(text);
  const body = (whole.value as { body?: unknown }).body;
  if (typeof body !== 'object' || body === null || !('userid' in body)) {
    return { status: 200, text: JSON.stringify(body ?? {}) };
  }
  const user_id = partOf(whole, 'body.userid').text.replaceAll('"', '');
  return { status: 200, text: JSON.stringify({ ...body, user_id }) };
}

function refusal(status: number, text: string): PlainReply {
  const { http } = familyOf(status);
  // Nothing was used up: the old refresh token stays good.
  if (http === 429) return { status: 429, text: '' };
  if (http >= 500) return { status: 503, text: '' };
  return { status: 400, text: JSON.stringify({ error: errorOf(status, http, wordsIn(text)) }) };
}

function errorOf(status: number, http: number, words: string): string {
  if (http === 401 || (http === 400 && ABOUT_THE_APP.test(words))) return 'invalid_client';
  if (http === 403) return 'unauthorized_client';
  return status === NOT_TAKEN && !ABOUT_THE_NONCE.test(words) ? 'invalid_grant' : 'invalid_request';
}

function wordsIn(text: string): string {
  const { error } = JSON.parse(text) as { error?: unknown };
  return typeof error === 'string' ? error : '';
}
