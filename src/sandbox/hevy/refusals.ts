import type { SandboxReply } from '../server.ts';

/** What stands in a refusal of which only the status is known. */
export type UnknownBody = 'json' | 'text' | 'empty';

/** Thrown by a route. */
export class Refusal extends Error {
  readonly status: number;
  /** Only this much of the service's refusals is documented: some come as `{error}`. */
  readonly documentedBody: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    { documentedBody = false, headers = {} }: { documentedBody?: boolean; headers?: Refusal['headers'] } = {},
  ) {
    super(message);
    this.status = status;
    this.documentedBody = documentedBody;
    this.headers = headers;
  }
}

/** The one text of this kind that people have quoted puts the name in quotes: `"workout" is required`. */
export const invalid = (name: string, what: string) =>
  new Refusal(400, `"${name}" ${what}`, { documentedBody: true });
export const unauthorized = () => new Refusal(401, 'Unauthorized');
export const notFound = (what: string) => new Refusal(404, `${what} not found`);

export function refusalReply(refusal: Refusal, unknown: UnknownBody): SandboxReply {
  const { status, headers, message } = refusal;
  const kind = refusal.documentedBody ? 'json' : unknown;
  if (kind === 'empty') return { status, headers };
  return { status, headers, body: kind === 'json' ? { error: message } : message };
}
