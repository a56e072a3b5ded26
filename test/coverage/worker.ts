import { relative } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { RUN_FOLDER } from '../support/runFolder.ts';
import { ROOT } from './parts.ts';
import { noteRunning, Recorder } from './recorder.ts';

const folder = process.env[RUN_FOLDER];
if (folder === undefined) throw new Error('npm run coverage starts this');
const recorder = new Recorder(folder);
let running = '';

beforeAll(() => {
  running = relative(ROOT, expect.getState().testPath ?? '');
  noteRunning(folder, running);
});
afterAll(() => recorder.write(running));
