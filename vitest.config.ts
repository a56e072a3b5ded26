import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/bundle.ts',
    // A process per file: the tests load a native addon and start real servers and children.
    pool: 'forks',
    // Every worker has children of its own, so more workers than this only wait for each other on two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
