import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { runChild } from '../process/child-side';
import { serve } from './serve';

/**
 * The baseline: the least that a Node process can do with a WebSocket message. It sends back the very bytes it received,
 * as text; it parses, checks, stores and logs nothing. What it reaches is the ceiling for anything built on `ws` here.
 */
runChild(async () => {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: false,
    backlog: 1024,
    handleProtocols: (offered) => offered.values().next().value ?? false,
  });
  server.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data as Buffer, { binary: false }));
    socket.on('error', () => socket.terminate());
  });
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const { port } = server.address() as AddressInfo;
  serve(
    { ocppPort: port, ocppPath: '/ocpp/', graphqlUrl: null },
    async () => '',
    async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  );
});
