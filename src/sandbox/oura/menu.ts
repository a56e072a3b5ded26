import { answer, type Fault, resetAfter, resetBefore, rewrite, truncate } from '../faults.ts';
import type { Menu } from '../storm.ts';
import { bomb, drip, html, redirect, repeatedCursor, without } from '../wires.ts';
import { tooManyRequests } from './rateLimit.ts';

type Made = (at: number) => Fault;

/** All rows gone at once, and yet an answer in order. */
const emptied = rewrite((text) => {
  const page = JSON.parse(text);
  return JSON.stringify('data' in page ? { data: [], next_token: null } : page);
});

const READS: readonly [Made, ...Made[]] = [
  () => resetBefore,
  () => resetAfter,
  () => truncate,
  () => html,
  () => emptied,
  () => drip(),
  () => bomb(70),
  () => redirect('http://localhost:9/v2'),
  () => repeatedCursor(),
  () => without('data'),
  () => answer(500, 'Internal Server Error'),
  () => answer(502, '<html>Bad Gateway</html>'),
  () => answer(503, '', { 'retry-after': '1' }),
  () => answer(503, '', { 'retry-after': '900' }),
  () => answer(401, { detail: 'Unauthorized' }),
  () => answer(403, { detail: 'Forbidden' }),
  () => answer(200, ''),
  () => answer(200, []),
  (at) => tooManyRequests(1, at),
  (at) => tooManyRequests(900, at),
];

/** What happens to reads. Sign-ins are left alone: one lost reply there may take a person to mend. */
export const ouraMenu: Menu = (request, roll) =>
  request.path.startsWith('/v2/') ? roll.pick(READS)(request.at) : undefined;
