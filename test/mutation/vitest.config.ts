import { mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import root from '../../vitest.config.ts';

/** Test files in the order in which they are named: what is quick and close by comes first. */
export const ORDER = 'OURA_CLOCKIFY_TEST_ORDER';

class AsNamed extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const order = (process.env[ORDER] ?? '').split(',');
    const place = ({ moduleId }: TestSpecification) =>
      order.findIndex((file) => moduleId.endsWith(`/${file}`));
    return [...specifications].sort((a, b) => place(a) - place(b));
  }
}

export default mergeConfig(root, { test: { sequence: { sequencer: AsNamed }, testTimeout: 20_000 } });
