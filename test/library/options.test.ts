import { expect, test } from 'vitest';
import { push, sync, UsageError } from '../../src/index.ts';
import { clock, household } from './support.ts';

test('a misspelt option is refused before anything is read or written', async () => {
  const { store, config, oura } = await household();
  const mistyped = { store, provider: 'oura', config, clock, resourcs: ['sleep'] };
  await expect(sync(mistyped)).rejects.toThrow(/resourcs is not an option; did you mean resources\?/);
  const writes = { store, config: {}, clock, dryrun: true };
  await expect(push(writes)).rejects.toThrow(UsageError);
  await expect(push(writes)).rejects.toThrow(/did you mean dryRun\?/);
  expect(oura.requests).toEqual([]);
});
