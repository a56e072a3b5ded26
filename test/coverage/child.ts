import { Recorder, testRunning } from './recorder.ts';

/** Before the program is loaded: what this process runs of it is written down when it ends by itself. */
export function record(folder: string): void {
  const recorder = new Recorder(folder);
  const test = testRunning(folder);
  process.on('exit', () => recorder.write(test, true));
}
