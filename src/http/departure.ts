import type { Dispatcher } from 'undici';

/**
 * The moment in which a request leaves: the connection stands and no byte has gone out. Until then the service has seen
 * nothing of it, whatever happens. `leaving` is called in that moment, once; what it throws stops the request.
 */
export class Departure {
  readonly #leaving: () => void;
  #hasLeft = false;
  #trouble: unknown;

  constructor(leaving: () => void = () => {}) {
    this.#leaving = leaving;
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Whether it is this that `leaving` threw. */
  wasStoppedBy(error: unknown): boolean {
    return error !== undefined && error === this.#trouble;
  }

  readonly watch: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    dispatch(options, new Watched(handler, () => this.#leave()));

  #leave(): void {
    try {
      this.#leaving();
    } catch (error) {
      this.#trouble = error;
      throw error;
    }
    this.#hasLeft = true;
  }
}

type Handler = Dispatcher.DispatchHandler;
type Given<Method extends keyof Handler> = Parameters<NonNullable<Handler[Method]>>;

class Watched implements Handler {
  readonly #handler: Handler;
  readonly #leave: () => void;

  constructor(handler: Handler, leave: () => void) {
    this.#handler = handler;
    this.#leave = leave;
  }

  onRequestStart(...given: Given<'onRequestStart'>): void {
    this.#handler.onRequestStart?.(...given);
    const [controller] = given;
    // A request that was given up while it was connecting is stopped here.
    if (!controller.aborted) this.#leave();
  }

  onResponseStart(...given: Given<'onResponseStart'>): void {
    this.#handler.onResponseStart?.(...given);
  }

  onResponseData(...given: Given<'onResponseData'>): void {
    this.#handler.onResponseData?.(...given);
  }

  onResponseEnd(...given: Given<'onResponseEnd'>): void {
    this.#handler.onResponseEnd?.(...given);
  }

  onResponseError(...given: Given<'onResponseError'>): void {
    this.#handler.onResponseError?.(...given);
  }
}
