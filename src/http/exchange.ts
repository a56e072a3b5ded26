import { TemporaryError } from '../core/errors.ts';

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Called at most once, when the connection stands and no byte has gone out. What it throws stops the request. */
  readonly leaving?: () => void;
}

export interface Incoming {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** No usable answer came back. `delivered`: whether the service can have seen the request. */
export class NetworkError extends TemporaryError {
  readonly delivered: 'no' | 'unknown';

  constructor(message: string, delivered: 'no' | 'unknown', details: { source?: string; cause?: unknown }) {
    super(message, { ...details, hint: 'Nothing to do: the next run tries again.' });
    this.delivered = delivered;
  }
}
