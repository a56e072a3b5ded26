import type { TestProject } from 'vitest/node';
import { temporaryFolder } from './program.ts';
import { bundleProgram } from './programBundle.ts';

/**
 * Compiles the sources as they are at the start of this test run, in a folder of its own. Tests start thousands of children,
 * and one from the sources takes more than twice as long to get going.
 */
export default async function setup(project: TestProject): Promise<void> {
  const again = await bundleProgram(temporaryFolder());
  // In watch mode the sources have changed since.
  project.onTestsRerun(again);
}
