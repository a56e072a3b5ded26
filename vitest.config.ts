import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longestFirst.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/bundle.ts',
    // Processes, not threads: the tests load a native addon and start real servers and children.
    pool: 'forks',
    // A file leaves nothing behind that the next one could see, and loading everything anew for each takes its time.
    isolate: false,
    // Every worker has children of its own; a third one uses the time that the others wait for theirs on two cores.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
