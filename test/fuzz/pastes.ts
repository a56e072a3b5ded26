import fc from 'fast-check';
import { CANARY, Finding, faultOfWords, refuseTouchedPrototypes } from './finding.ts';
import type { Subject } from './rounds.ts';
import { CODE, Sitting } from './signingIn.ts';
import { anyText } from './text.ts';

interface Paste {
  readonly parts: readonly string[];
  readonly state: 'none' | 'wrong' | 'right';
}

const PARTS = [
  ...[
    '?',
    '&',
    '=',
    '#',
    ' ',
    '"',
    '<',
    '>',
    '\n',
    '\t',
    '%',
    '%00',
    '+',
    '\u001b[31m',
    '\u2028',
    '\ufeff',
    '\ud800',
  ],
  ...[
    'code=CODE',
    'code=',
    'code',
    'state=',
    'state',
    'state=STATE',
    'state=STATEx',
    'state=other',
    'STATE',
    'CODE',
  ],
  ...[
    'error=access_denied',
    'error=',
    'iss=evil',
    'iss=http://127.0.0.1:9/me',
    'scope=daily',
    CANARY,
    '__proto__=1',
  ],
  ...[
    'http://localhost/callback',
    'https://evil.example/',
    'localhost:8484/callback',
    'file:///etc/passwd',
    'javascript:',
  ],
];

export const pasteCases: fc.Arbitrary<Paste> = fc.record({
  parts: fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PARTS) }, { weight: 1, arbitrary: anyText(10) }),
    {
      maxLength: 9,
    },
  ),
  state: fc.constantFrom('none', 'wrong', 'right' as const),
});

/** Lines at the prompt of a service without a verifier: nothing but an address with the right state may count. */
export function pastes(): Subject<Paste> {
  const sitting = new Sitting(false);
  return {
    name: 'pastes',
    cases: pasteCases,
    check: async ({ parts, state }) => {
      const signingIn = await sitting.current();
      const put =
        state === 'right' ? signingIn.state : state === 'wrong' ? `${signingIn.state.slice(1)}~` : '';
      const line = parts.join('').replaceAll('STATE', put).replaceAll('CODE', CODE);
      if (isAnswer(line, signingIn.state)) return;
      const reason = await signingIn.paste(line);
      sitting.refuseExchange(signingIn, line);
      refuseTouchedPrototypes();
      const fault = faultOfWords(reason ?? '');
      if (fault !== undefined) throw new Finding('others', fault);
    },
    end: () =>
      sitting.end(async ({ paste, port, state }) => {
        await paste(`http://localhost:${port}/callback?code=${CODE}&state=${state}`);
      }),
  };
}

/** With one right state in its query, whatever stands around it. */
function isAnswer(line: string, state: string): boolean {
  const [before = ''] = line.split('#');
  const query = new URLSearchParams(before.slice(before.indexOf('?') + 1).replace(/["'`>\s]+$/, ''));
  const states = query.getAll('state').map((value) => value.trim());
  return states.length === 1 && states[0] === state;
}
