import { expect, test } from 'vitest';
import { gather } from '../../src/core/alike.ts';
import { AuthError, ContractError, TemporaryError } from '../../src/core/errors.ts';

const auth = (resource: string, scope: string) =>
  new AuthError(`ring.${resource}: refused with 403 (scope "${scope}").`, {
    source: `ring.${resource}`,
    hint: 'sign in',
  });

const said = (...errors: Parameters<typeof gather>[0]) =>
  [...new Set(gather(errors).values())].map((error) => `${error.outcome} ${error.message}`);

test('one trouble of many resources is one line that names them', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  expect(said(...names.map((name) => auth(name, 'daily')))).toEqual([
    'AUTH ring: refused with 403 (scope "daily"). (a, b, c, d, e, f and 2 more)',
  ]);
});

test('another reason, another source or another class is another line', () => {
  const other = new AuthError('scale.a: refused with 403 (scope "daily").', {
    source: 'scale.a',
    hint: 'sign in',
  });
  const contract = new ContractError('ring.b: refused', { source: 'ring.b', hint: 'sign in' });
  expect(said(auth('a', 'daily'), auth('b', 'heart'), other, contract)).toHaveLength(4);
});

test('addresses do not tell failures apart, and name what failed', () => {
  const broken = (path: string) => new ContractError(`ring: GET ${path} answered 400`, { source: 'ring' });
  expect(said(broken('/v2/days'), broken('/v2/nights'))).toEqual([
    'CONTRACT ring: GET /v2/days answered 400 (days, nights)',
  ]);
});

test('a single failure stays as it is, and the latest time to try again counts', () => {
  const alone = auth('a', 'daily');
  expect(gather([alone]).get(alone)).toBe(alone);
  const later = (name: string, retryAt: number) =>
    new TemporaryError(`ring.${name}: closed`, { source: `ring.${name}`, retryAt });
  const [first, second] = [later('a', 5), later('b', 9)];
  expect(gather([first, second]).get(first)).toMatchObject({ retryAt: 9 });
});
