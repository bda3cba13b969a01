import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { Connection } from './connection';
import { LoadCounters } from './counters';

let server: WebSocketServer;
let connection: Connection | null = null;

afterEach(() => {
  connection?.destroy();
  connection = null;
  for (const socket of server.clients) socket.terminate();
  server.close();
});

/** A connection to a server that does `onMessage` with each message. */
async function connected(onMessage: (socket: WebSocket, message: unknown[], text: string) => void) {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) =>
    socket.on('message', (data) => onMessage(socket, JSON.parse(data.toString()), data.toString())),
  );
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const counters = new LoadCounters();
  connection = await Connection.open({ port, path: '/ocpp/X', timeoutMs: 5_000, counters });
  return { counters, connection };
}

/** Resolves when the server has got `count` messages. */
function counting(count: number) {
  let reached!: () => void;
  const done = new Promise<void>((resolve) => (reached = resolve));
  let got = 0;
  return { done, add: () => void (++got === count && reached()), got: () => got };
}

describe('a connection of the load client', () => {
  it('sends the next CALL when the last one is answered, each with an id of its own', async () => {
    const ids = new Set<unknown>();
    const { done, add } = counting(50);
    const { counters, connection } = await connected((socket, [, id]) => {
      ids.add(id);
      add();
      socket.send(JSON.stringify([3, id, {}]));
    });
    counters.beginWindow();
    connection.beginLoop('MeterValues', 'callresult');
    await done;
    expect(ids.size).toBe(50);
    counters.endWindow();
    expect(counters.windowResult().latency?.count).toBe(counters.windowResult().answered);
    expect(counters.sent - counters.answered).toBeLessThanOrEqual(1);
  });

  it('takes an echo for an answer only from the echo server', async () => {
    const { done, add } = counting(20);
    const { counters, connection } = await connected((socket, _message, text) => {
      add();
      socket.send(text);
    });
    connection.beginLoop('Heartbeat', 'echo');
    await done;
    expect(counters.answered).toBeGreaterThanOrEqual(19);
    expect(counters.refusals).toBe(0);
  });

  it('counts a CALLERROR as refused and shows it', async () => {
    const { done, add } = counting(3);
    const { counters, connection } = await connected((socket, [, id]) => {
      add();
      socket.send(JSON.stringify([4, id, 'InternalError', 'no', {}]));
    });
    connection.beginLoop('Heartbeat', 'callresult');
    await done;
    expect(counters.answered).toBe(0);
    expect(counters.refusals).toBeGreaterThanOrEqual(2);
    expect(counters.firstProblem).toContain('InternalError');
  });

  it('leaves a message outstanding that is not answered, and counts the closed connection', async () => {
    const { counters, connection } = await connected((socket) => socket.close(1013, 'try again later'));
    const closed = new Promise<void>((resolve) => {
      const original = counters.closed.bind(counters);
      counters.closed = (reason) => {
        original(reason);
        resolve();
      };
    });
    connection.beginLoop('Heartbeat', 'callresult');
    await closed;
    expect(counters).toMatchObject({ sent: 1, answered: 0, closedConnections: 1 });
    expect(counters.firstProblem).toBe('the server closed the connection with 1013 try again later');
    expect(connection.open).toBe(false);
  });

  it('answers pings and CALLs of the server in the middle of a loop', async () => {
    const { done, add } = counting(1);
    const answers = counting(1);
    let asked = false;
    const { connection } = await connected((socket, [type, id, ...rest]) => {
      if (type !== 2) {
        expect([type, id, rest[0]]).toEqual([4, 'from-server', 'NotImplemented']);
        answers.add();
        return;
      }
      if (!asked) {
        asked = true;
        socket.on('pong', add);
        socket.ping();
        socket.send(JSON.stringify([2, 'from-server', 'TriggerMessage', {}]));
      }
      socket.send(JSON.stringify([3, id, {}]));
    });
    connection.beginLoop('Heartbeat', 'callresult');
    await Promise.all([done, answers.done]);
  });

  it('says what the server answered instead of upgrading', async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient: () => false });
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const opening = Connection.open({ port, path: '/ocpp/X', timeoutMs: 5_000, counters: new LoadCounters() });
    await expect(opening).rejects.toThrow(
      'Charger at /ocpp/X: the upgrade was answered with "HTTP/1.1 401 Unauthorized"',
    );
  });

  it('starts a transaction and uses its id', async () => {
    const seen: unknown[] = [];
    const { done, add } = counting(4);
    const { connection } = await connected((socket, message) => {
      seen.push(message[2]);
      const answer = message[2] === 'StartTransaction' ? { transactionId: 77, idTagInfo: { status: 'Accepted' } } : {};
      socket.send(JSON.stringify([3, message[1], answer]));
      if (message[2] === 'MeterValues') expect((message[3] as { transactionId: number }).transactionId).toBe(77);
      add();
    });
    await connection.startTransaction('TAG');
    expect(await connection.sendOne()).toBe(1);
    await done;
    expect(seen).toEqual(['StatusNotification', 'StartTransaction', 'StatusNotification', 'MeterValues']);
  });
});
