import { UsageError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import type { AuthorizationResponse, Expected } from './answer.ts';
import { isListenable, listenForCallback, nobodyAnswered, reasonOf } from './callback.ts';
import { readPasted } from './pasted.ts';
import type { SignInOptions } from './signIn.ts';

export interface Received {
  readonly response: AuthorizationResponse;
  readonly stateChecked: boolean;
}

/** Sends the browser off and waits for its answer at the listener and at the prompt: the first valid one wins. */
export async function receiveAnswer(
  options: SignInOptions,
  redirectUri: URL,
  authorize: URL,
  expected: Expected,
): Promise<Received> {
  const over = new AbortController();
  const signals = [over.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const listening = Promise.withResolvers<void>();
  const waiting: Waiting = {
    options,
    redirectUri,
    authorize,
    expected,
    signal: AbortSignal.any(signals),
    onListening: listening.resolve,
  };
  options.onEvent({ kind: 'open', url: authorize });
  const listens = isListenable(redirectUri);
  const listener = listens ? listen(waiting) : outOfTime(waiting);
  if (!listens) listening.resolve();
  const ways = [listener];
  // The question comes last on the screen: after what the listener has to say.
  if (options.readPasted !== undefined) ways.push(listening.promise.then(() => prompt(waiting, listens)));
  else if (!listens) ways.push(Promise.reject(nowhereToAnswer(options.providerId)));
  try {
    return await Promise.race(ways);
  } finally {
    over.abort();
    // The port has to be free when this ends.
    await Promise.allSettled([listener]);
  }
}

interface Waiting {
  readonly options: SignInOptions;
  readonly redirectUri: URL;
  readonly authorize: URL;
  readonly expected: Expected;
  /** Fires when the program is to stop, or somebody else won. */
  readonly signal: AbortSignal;
  readonly onListening: () => void;
}

async function listen(waiting: Waiting): Promise<Received> {
  const { options, redirectUri, expected, signal } = waiting;
  const response = await listenForCallback({
    ...expected,
    redirectUri,
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    signal,
    onListening: () => {
      options.onEvent({ kind: 'listening', uri: options.oauth.redirectUri });
      waiting.onListening();
      void sendBrowser(waiting);
    },
  });
  return { response, stateChecked: true };
}

/** Where no listener can wait: the time runs for the prompt alone. */
async function outOfTime(waiting: Waiting): Promise<never> {
  const { options, signal } = waiting;
  const end = options.clock.sleep(options.timeoutMs, signal);
  void sendBrowser(waiting);
  await end.catch(() => {
    throw reasonOf(signal);
  });
  throw nobodyAnswered(options.providerId, options.timeoutMs);
}

async function sendBrowser({ options, authorize }: Waiting): Promise<void> {
  if (options.openBrowser === undefined) return;
  const opened = await options.openBrowser(authorize).catch(() => false);
  if (!opened) options.onEvent({ kind: 'browser-failed' });
}

async function prompt({ options, expected, signal }: Waiting, listens: boolean): Promise<Received> {
  while (options.readPasted !== undefined) {
    let text: string;
    try {
      text = await options.readPasted(signal);
    } catch {
      break;
    }
    if (signal.aborted) break;
    const pasted = readPasted(text, expected);
    if (pasted.kind === 'stopped') throw pasted.error;
    if (pasted.kind === 'granted') return pasted;
    options.onEvent({ kind: 'pasted-refused', reason: pasted.reason });
  }
  if (!signal.aborted) {
    options.onEvent({ kind: 'prompt-closed' });
    if (!listens) throw nowhereToAnswer(options.providerId);
  }
  // The other way, or the program's end, decides.
  return new Promise(() => {});
}

function nowhereToAnswer(source: string): UsageError {
  return new UsageError(`${source}: the redirect URI does not lead to this machine and there is no prompt`, {
    source,
    hint: `Configure http://localhost and a port as redirect_uri, or use a terminal. ${runHint(`auth ${source}`)}`,
  });
}
