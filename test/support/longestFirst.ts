import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, as parts of paths, and more than its size lets expect: all kill the program again and again, or wait for a minute. */
const LONG = ['test/torture/', 'test/canaries/', 'test/cli/cron', 'test/bench'];

/**
 * Begins with the longest files. Vitest goes by what they took last time, which a new machine does not know, and then by
 * their size: the last worker would be busy for minutes after all others are done.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((part) => moduleId.includes(part));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
