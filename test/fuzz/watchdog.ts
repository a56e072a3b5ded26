import { Worker } from 'node:worker_threads';

/** No case takes so long, whatever else the machine is doing (seconds). Counted, since the machine may stand still. */
const LONGEST = 60;

/** Where a case never ends, not even its round does: this names it and ends the process. */
export interface Watchdog {
  /** Called as each case begins. */
  readonly sees: (one: string) => void;
  stop(): Promise<void>;
}

const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { cells, text, longest } = workerData;
let last = -1;
let seconds = 0;
setInterval(() => {
  const now = Atomics.load(cells, 0);
  seconds = now === last ? seconds + 1 : 0;
  last = now;
  if (seconds < longest) return;
  const name = Buffer.from(text.slice(0, Atomics.load(cells, 1))).toString();
  require('node:fs').writeSync(2, 'hangs: ' + name + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;

export function watch(): Watchdog {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const text = new Uint8Array(new SharedArrayBuffer(200));
  const worker = new Worker(WORKER, { eval: true, workerData: { cells, text, longest: LONGEST } });
  worker.unref();
  const encoder = new TextEncoder();
  return {
    sees: (one) => {
      const bytes = encoder.encode(one).subarray(0, text.length);
      text.set(bytes);
      Atomics.store(cells, 1, bytes.length);
      Atomics.add(cells, 0, 1);
    },
    stop: async () => void (await worker.terminate()),
  };
}
