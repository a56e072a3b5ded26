import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An https address where connections are taken and nobody ever says a word, so that none of them ever stands. */
export async function silentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Whoever is killed or gives up resets the connection.
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    socket.resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `https://127.0.0.1:${address.port}`,
    /** When somebody connects the next time. */
    connected: () => once(server, 'connection'),
    /** When nobody is connected any more. */
    async deserted(): Promise<void> {
      await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
  };
}
