import { CANARY } from '../finding.ts';

const text = (value: string) => JSON.stringify(value);
const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** What services send instead of dates, sooner or later. */
const DATES = [
  ...[
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
    '2026-02-30',
    '2026-13-01',
    '2026-3-1',
    '+010000-01-01',
    '-000001-01-01',
  ],
  ...[
    '2026-03-11T24:00:00Z',
    '2026-03-11T22:30:00',
    '2026-03-11 22:30:00',
    '2026-03-11T22:30:60Z',
    '2026-03-11T22:30Z',
  ],
  ...[
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+23:59',
    '9999-12-31T23:59:59-23:59',
    '9999-12-31T23:59:59.999+00:00',
  ],
  ...[
    '+275760-09-13T00:00:00Z',
    '-271821-04-20T00:00:00Z',
    '2026-03-11T22:30:00+99:99',
    '2026-03-11T22:30:00+0100',
  ],
  ...[
    '2026-03-29T02:30:00+01:00',
    '2999-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    'Wed, 11 Mar 2026 22:30:00 GMT',
    'today',
  ],
].map(text);

const NUMBERS = [
  ...[
    '0',
    '-0',
    '-1',
    '0.1',
    '1.0',
    '1e2',
    '1e400',
    '-1e400',
    '1e-400',
    '9007199254740993',
    '-9007199254740993',
  ],
  ...[
    '12345678901234567890123',
    '2147483648',
    '-2147483649',
    '4294967296',
    '8640000000000001',
    '-62135596801',
    '253402300800',
  ],
  ...['1773268200', '1773268200000', '0.30000000000000004', 'NaN', 'Infinity', '01', '+1', '0x10', '1_000'],
];

const TEXTS = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e3',
    'null',
    'NaN',
    'None',
    '__proto__',
    'constructor',
    CANARY,
    '../../etc/passwd',
    '%2e%2e%2f',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\u001b[31mred',
    '\u009b31m',
    '\r\nSet-Cookie: a=b',
    '\u2028',
    '\u202e',
    '\ufeff',
    'é😀',
  ],
  ...["'; DROP TABLE items;--", '"', '\\', '{', '[]', 'a'.repeat(5_000), '🛌 Sleep [Oura:2026-03-11_22:30]'],
].map(text);

const OTHERS = [
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '{"":""}',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
  ],
  ...[
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"toString":1,"valueOf":null}',
  ],
  ...[
    '{"length":4294967295}',
    '[1,2,3,4,5,6,7,8,9,10]',
    '{"a":1,"a":2}',
    '{"id":null}',
    'undefined',
    '',
    '"unclosed',
    '{"a":',
  ],
  nested('[', ']', 40),
  nested('{"a":', '}', 40),
  nested('[', ']', 1_100),
  nested('{"a":', '}', 1_100),
  nested('[', ']', 6_000),
];

/** JSON texts, and some that are none, for the place of any value. */
export const VALUES: readonly string[] = [...DATES, ...NUMBERS, ...TEXTS, ...OTHERS];

/** Quoted keys. */
export const KEYS: readonly string[] = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'length',
    '',
    'id',
    'ID',
    ' id',
    'data',
    'error',
  ],
  ...[
    'next_token',
    'next',
    'more',
    'offset',
    'status',
    'body',
    'page_count',
    'type',
    CANARY,
    'a\u001b[31mb',
    '\u0000',
    '0',
    '-1',
  ],
].map(text);

/** Whole bodies that have nothing to do with what was asked. */
export const BODIES: readonly string[] = [
  ...[
    '',
    ' ',
    '\n',
    '\ufeff',
    '\0',
    'null',
    'true',
    '0',
    '-1',
    '1e999',
    '""',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '[{}]',
    '{"data":[]}',
  ],
  ...[
    '{"data":null}',
    '{"data":{}}',
    '{"data":[null]}',
    '{"data":[[]]}',
    '{"data":"[]"}',
    '{"error":"oops"}',
    '{"errors":[{}]}',
  ],
  ...[
    '{"message":"Authorization Error","errors":[{"resource":"Application","field":"","code":"invalid"}]}',
    '{"status":401}',
  ],
  ...[
    '{"status":0,"body":{}}',
    '{"status":0,"body":[]}',
    '{"status":"0","body":null}',
    '{"status":601,"error":"Too Many"}',
  ],
  ...[
    '{"status":-1e400}',
    '{"status":{}}',
    '{"status":503,"body":{}}',
    '{"status":0}',
    '{"workout_count":null}',
  ],
  ...[
    '{"page":1,"page_count":-1,"workouts":[]}',
    '{"page_count":1e9,"workouts":[{"id":"x"}]}',
    '{"records":[],"next_token":7}',
  ],
  ...[
    '<html><body>Sorry</body></html>',
    '<!doctype html><title>502</title>',
    '<?xml version="1.0"?><a/>',
    `${CANARY}`,
  ],
  ...[
    '{"data":[],"next_token":{}}',
    '{"data":[],"next_token":true}',
    '{"__proto__":[],"data":[]}',
    'undefined',
    'NaN',
  ],
  '['.repeat(100_000),
  '{"data":['.repeat(20_000),
  `{"data":${'['.repeat(3_000)}${']'.repeat(3_000)}}`,
  `{"data":"${'x'.repeat(100_000)}"}`,
  `{"data":[${'{},'.repeat(2_000)}{}]}`,
];

export const STATUSES: readonly number[] = [
  ...[
    201, 202, 204, 206, 226, 300, 301, 302, 304, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 418,
    422, 425,
  ],
  ...[426, 429, 429, 451, 500, 501, 502, 503, 504, 520, 599],
];

/** Headers that say something odd. */
export const HEADERS: readonly Readonly<Record<string, string>>[] = [
  ...[
    '0',
    '-1',
    '1',
    '59',
    '61',
    '900',
    '1e9',
    '99999999999999999999',
    'soon',
    '',
    ' 5 ',
    '5, 5',
    'NaN',
    '0x10',
  ].map(retry),
  ...[
    'Wed, 11 Mar 2026 22:30:00 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    'GMT',
    'Z',
  ].map(retry),
  ...['text/html', 'application/octet-stream', 'application/json; charset=utf-16', 'image/png', ''].map(
    (type) => ({
      'content-type': type,
    }),
  ),
  ...['true', 'false', '', 'TRUE', 'true, true'].map((last) => ({ 'last-page': last })),
  ...['0', '', '-1', '1e9', 'x'].map((left) => ({
    'x-ratelimit-remaining': left,
    'x-ratelimit-reset': '99999999999',
  })),
  ...['100,1000', '0,0', 'x', '1', '-1,-1', '1e9,1e9'].map((limit) => ({
    'x-ratelimit-limit': limit,
    'x-ratelimit-usage': '100,1000',
    'x-readratelimit-limit': limit,
    'x-readratelimit-usage': '99999999999999,0',
  })),
  { location: 'http://evil.example/', date: 'yesterday' },
  { date: 'Fri, 31 Dec 9999 23:59:59 GMT' },
];

function retry(value: string): Readonly<Record<string, string>> {
  return { 'retry-after': value };
}
