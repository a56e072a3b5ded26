import { answer, type Fault } from '../../src/sandbox/faults.ts';
import { redirect } from '../../src/sandbox/wires.ts';
import { CONFIGURED, type Home } from './home.ts';
import { OF_THE_APP, secretsOf } from './places.ts';
import { VALUES } from './values.ts';

type Failure = readonly [name: string, make: (home: Home) => Fault];

/** Every secret and value there is so far, in one text: what a careless service could send back. */
function echo(home: Home): string {
  const sent = [...secretsOf(home)].filter(([, name]) => !name.startsWith(OF_THE_APP));
  return [...sent.map(([secret]) => secret), ...VALUES].join(' ');
}

/** The same in a header and, in the ways services give reasons, in the body. */
export function refusal(status: number, home: Home): Fault {
  const text = echo(home);
  const body = {
    error: text,
    error_description: text,
    message: text,
    detail: text,
    code: text,
    status: 601,
    errors: [{ code: text, field: text, resource: text }],
    fault: { message: text },
  };
  return answer(status, body, { 'www-authenticate': `Bearer error="${text}"`, 'x-request-id': text });
}

/** Bytes that are no HTTP, the secrets among them. */
function notHttp(home: Home): Fault {
  return {
    reachesHandler: false,
    play: ({ socket }) => {
      const text = echo(home);
      socket?.end(`HTTP/1.1 200 OK\r\nset-cookie: ${text}\r\nbro ken: ${text}\r\n\r\n{}`);
    },
  };
}

const STATUSES = [400, 401, 403, 404, 409, 422, 429, 500, 503];

/** What may come instead of an answer. A record is not among them: it is kept as it came, whatever is in it. */
export const FAILURES: readonly Failure[] = [
  ...STATUSES.map(
    (status): Failure => [`a ${status} with every secret in it`, (home) => refusal(status, home)],
  ),
  ['a 429 with a secret for a time', () => answer(429, '', { 'retry-after': CONFIGURED.hevyKey })],
  ['an error with every secret in a 200', (home) => refusal(200, home)],
  ['a page instead of JSON', (home) => answer(200, `<html>${echo(home)}</html>`)],
  ['JSON that is cut off', (home) => answer(200, `{"data":[{"id":"${echo(home)}"`)],
  [
    'a redirect with a token in its address',
    (home) => redirect(`http://127.0.0.1:9/?token=${[...secretsOf(home).keys()].at(-1)}`),
  ],
  ['an encoding that is none', (home) => answer(200, echo(home), { 'content-encoding': 'gzip' })],
  ['no HTTP at all', notHttp],
];
