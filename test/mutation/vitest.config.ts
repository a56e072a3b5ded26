import { BaseSequencer, type TestSpecification } from 'vitest/node';
import root from '../../vitest.config.ts';

/** Test files in the order in which they are named: what is quick and close by comes first. */
export const ORDER = 'OURA_CLOCKIFY_TEST_ORDER';
/** Set where none of them starts the program: making a bundle of it takes longer than most of these tests. */
export const NO_CHILDREN = 'OURA_CLOCKIFY_TEST_NO_CHILDREN';

class AsNamed extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const order = (process.env[ORDER] ?? '').split(',');
    const place = ({ moduleId }: TestSpecification) =>
      order.findIndex((file) => moduleId.endsWith(`/${file}`));
    return [...specifications].sort((a, b) => place(a) - place(b));
  }
}

const { globalSetup, ...test } = root.test ?? {};

export default {
  ...root,
  test: {
    ...test,
    ...(process.env[NO_CHILDREN] === undefined && globalSetup !== undefined && { globalSetup }),
    sequence: { sequencer: AsNamed },
    testTimeout: 20_000,
  },
};
