import { existsSync } from 'node:fs';

/**
 * Whether a tool that a test needs is installed; whoever lacks it is told and the test is skipped. With CI=true a missing
 * one is a failure: `.ci/run` installs them.
 */
export function hasSystemTool(path: string, debianPackage: string): boolean {
  if (existsSync(path)) return true;
  const missing = `${path} is missing (Debian: apt-get install ${debianPackage})`;
  if (process.env.CI === 'true') throw new Error(missing);
  console.warn(`Skipped: ${missing}`);
  return false;
}
