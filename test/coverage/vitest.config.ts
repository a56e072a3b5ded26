import { defineConfig } from 'vitest/config';
import { ROOT, TESTS } from './parts.ts';

export default defineConfig({
  root: ROOT,
  test: {
    include: TESTS.map((place) => (place.endsWith('/') ? `${place}**/*.test.ts` : place)),
    globalSetup: 'test/coverage/launcher.ts',
    setupFiles: ['test/coverage/worker.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Node loads the sources itself, as it does in the children.
    experimental: { viteModuleRunner: false },
  },
});
