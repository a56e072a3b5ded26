import { subscribe } from 'node:diagnostics_channel';
import { relative } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { RUN_FOLDER } from '../support/runFolder.ts';
import { ROOT } from './parts.ts';
import { noteRunning, Recorder } from './recorder.ts';

const folder = process.env[RUN_FOLDER];
if (folder === undefined) throw new Error('npm run coverage starts this');
const recorder = new Recorder(folder);
let running = '';
let starts = false;
subscribe('child_process', () => {
  starts = true;
});

beforeAll(() => {
  running = relative(ROOT, expect.getState().testPath ?? '');
  noteRunning(folder, running);
});
afterAll(() => recorder.write(running, starts));
