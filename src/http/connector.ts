import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

/** Makes an agent's connections, and can hang up on all that do not stand yet, which closing the agent leaves open. */
export class Connector {
  readonly #connecting = new Set<Socket>();
  // Over HTTP/2 undici sends a request again by itself when the server goes away, a refresh token's too.
  readonly #connect = buildConnector({ allowH2: false });

  readonly connect: buildConnector.connector = (options, callback) => {
    // undici's own connector answers the socket, although its type does not say so.
    const socket = this.#connect(options, (...outcome) => {
      this.#connecting.delete(socket);
      callback(...outcome);
    }) as unknown as Socket;
    this.#connecting.add(socket);
  };

  hangUp(): void {
    for (const socket of this.#connecting) socket.destroy(new Error('closed'));
  }
}
