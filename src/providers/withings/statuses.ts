import type { Reply } from '../../core/provider.ts';

/** What Withings means by a `status` that is not 0, and the HTTP status of a service that says it there. */
interface Family {
  readonly http: number;
  /** Numbers, and ranges with both ends. */
  readonly numbers: readonly (number | readonly [from: number, to: number])[];
  /** For a person. */
  readonly sentence: string;
}

/** 501 to 511 are invalid parameters, and so is what the token endpoint says of a code or refresh token it does not take. */
const INVALID: Family['numbers'] = [
  ...([[201, 213], [216, 218], [220, 221], 223, 225, [227, 230], [234, 236], 238, [240, 252], 254] as const),
  ...([[260, 267], [271, 272], [275, 276], [283, 288], 290, [293, 295], 297, [300, 304], 321] as const),
  ...([[323, 353], [380, 382], 400, [501, 511], 523, 532, [3017, 3019]] as const),
];

const FAMILIES: readonly Family[] = [
  {
    http: 401,
    numbers: [[100, 102], 200, 401],
    sentence: 'Withings does not accept the access token: it has ended, or the access was taken away',
  },
  {
    http: 403,
    numbers: [214, 277, 2553, 2555],
    sentence: 'Withings does not allow this app to read it: tick everything at the next sign-in',
  },
  { http: 429, numbers: [601], sentence: 'The app has used up its 120 requests per minute' },
  {
    http: 400,
    numbers: INVALID,
    sentence: 'Withings does not accept a parameter of this request: the service has changed',
  },
  { http: 503, numbers: [522], sentence: 'Withings took too long' },
  {
    http: 409,
    numbers: [524],
    sentence: 'The Withings account is not in a state in which this can be read',
  },
  { http: 410, numbers: [2554], sentence: 'Withings does not offer this call any more' },
];

/** Every other number, and those that nobody has documented. */
const GENERIC: Family = { http: 503, numbers: [], sentence: 'Withings failed without saying why' };

export function familyOf(status: number): Family {
  return (
    FAMILIES.find(({ numbers }) =>
      numbers.some((one) =>
        typeof one === 'number' ? one === status : status >= one[0] && status <= one[1],
      ),
    ) ?? GENERIC
  );
}

/** The `status` in the reply's text; undefined: it has none, `null`: the text is not JSON. */
export function statusIn(text: string): number | null | undefined {
  try {
    const status: unknown = JSON.parse(text)?.status;
    return Number.isInteger(status) ? (status as number) : undefined;
  } catch {
    return null;
  }
}

/** Withings answers 200 whatever happened and says in the text what it was; now and then the text is no JSON at all. */
export function plainReply(reply: Reply): Reply {
  if (reply.status !== 200) return reply;
  const status = statusIn(reply.text);
  if (status === null) return { ...reply, status: 503 };
  return status === undefined || status === 0 ? reply : { ...reply, status: familyOf(status).http };
}

export function explain({ text }: Reply): string | undefined {
  const status = statusIn(text);
  if (status === null || status === undefined || status === 0) return undefined;
  return `${familyOf(status).sentence} (Withings status ${status}).`;
}
