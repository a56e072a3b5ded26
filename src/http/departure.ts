import type { Dispatcher } from 'undici';

/**
 * The moment in which a request leaves: the connection stands and no byte has gone out. Until then the service has seen
 * nothing of it, whatever happens. `leaving` is called in that moment, at most once; what it throws stops the request.
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

  /** Has undici tell, once it is passed to `compose`. */
  watched(): Dispatcher.DispatcherComposeInterceptor {
    return (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => {
          handler.onRequestStart?.(controller, context);
          // A request that was given up while it was connecting is stopped there.
          if (!controller.aborted) this.#leave();
        },
        onResponseStart: (...given) => handler.onResponseStart?.(...given),
        onResponseData: (...given) => handler.onResponseData?.(...given),
        onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
        onResponseError: (...given) => handler.onResponseError?.(...given),
      });
  }

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
