import { answer, doneThenAnswer, type Fault, resetAfter, resetBefore, truncate } from '../faults.ts';
import type { Menu } from '../storm.ts';
import { drip, html, redirect } from '../wires.ts';

const ANY: readonly [Fault, ...Fault[]] = [
  resetBefore,
  resetAfter,
  truncate,
  html,
  drip(),
  redirect('http://localhost:9/api/v1'),
  answer(500, { message: 'Internal Server Error', code: 500 }),
  answer(503, ''),
  answer(429, { message: 'Too many requests', code: 429 }),
  answer(429, '', { 'retry-after': '900' }),
];

/** The service does its work, and the answer does not say so. */
const DONE: readonly [Fault, ...Fault[]] = [
  resetAfter,
  truncate,
  doneThenAnswer(500, { message: 'Internal Server Error', code: 500 }),
  doneThenAnswer(502, '<html>Bad Gateway</html>'),
  doneThenAnswer(200, '<html>Welcome</html>'),
  doneThenAnswer(200, ''),
  doneThenAnswer(201, {}),
];

export const clockifyMenu: Menu = (request, roll) =>
  request.method !== 'GET' && roll.chance(0.6) ? roll.pick(DONE) : roll.pick(ANY);
