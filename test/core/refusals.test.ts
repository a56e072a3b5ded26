import { expect, test } from 'vitest';
import { ContractError, TemporaryError } from '../../src/core/errors.ts';
import { located } from '../../src/core/sync/refusals.ts';

test('what a pager found odd is told of the resource it read, in the same words', () => {
  const bare = new ContractError('the same page came twice');
  const told = located(bare, 'somewhere.sleep');
  expect(told).toBeInstanceOf(ContractError);
  expect(told).toMatchObject({
    message: 'somewhere.sleep: the same page came twice',
    source: 'somewhere.sleep',
    cause: bare,
    hint: expect.stringContaining('Nothing was changed'),
  });
  expect(located(new ContractError('odd', { hint: 'Wait.' }), 'somewhere')).toMatchObject({ hint: 'Wait.' });
});

test.each([new ContractError('odd', { source: 'elsewhere' }), new TemporaryError('later')])(
  'what says already whose it is, or is no fault of a reply, stays as it is',
  (error) => {
    expect(located(error, 'somewhere')).toBe(error);
  },
);
