import type { SignInEvent } from '../../auth/signIn.ts';
import { PROGRAM } from '../../program.ts';
import type { Terminal } from '../terminal.ts';

/** What a person is told while the sign-in is waiting. The address has to be seen whatever --quiet says. */
export function sayEvent(terminal: Terminal, event: SignInEvent, patience: string): void {
  switch (event.kind) {
    case 'open':
      terminal.ask(`Open this address in a browser and agree:\n\n  ${event.url.href}\n\n`);
      return;
    case 'listening':
      terminal.say(`Waiting for the browser at ${event.uri} (${patience}).`);
      return;
    case 'browser-failed':
      terminal.say('No browser could be started here: open the address yourself.');
      return;
    case 'pasted-refused':
      terminal.ask(`Not accepted: ${event.reason}.\n`);
      return;
    case 'prompt-closed':
      terminal.detail('Nothing more can be pasted; still waiting for the browser.');
      return;
    case 'request-refused':
      terminal.say(
        `The service turned the request down ahead of the browser: the client id or the redirect URI is probably not registered as configured (${PROGRAM} config show).`,
      );
      return;
    case 'state-not-checked':
      terminal.say(
        'A bare code carries no state, so that was not checked: its S256 verifier alone ties it to this sign-in.',
      );
      return;
  }
}
