import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect as connectTo, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnEventStoreDouble, type EventStoreDoubleProcess } from '@chargestream/eventstore-double';
import { StoreUnavailableError, type EventStore, type NewEvent, type StoredEvent } from '../port';
import { Inbox } from '../testing/inbox';
import { openEventStoreDb } from './event-store-db';

const event = (number: number): NewEvent => ({ id: randomUUID(), type: 'Happened', data: { number }, metadata: {} });
const numberOf = ({ data }: StoredEvent) => (data as { number: number }).number;
const KEEPALIVE = 'keepAliveInterval=500&keepAliveTimeout=500';

async function appendSurely(store: EventStore, number: number) {
  const events = [event(number)];
  for (;;) {
    try {
      return await store.append('a', events, number === 0 ? 'no-stream' : number - 1);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A network in which connections can be lost without either side hearing of it. */
class LossyNetwork {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(port: number) {
    this.server = createServer((near) => {
      const far = connectTo(port, '127.0.0.1');
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) {
        socket.on('error', () => undefined);
        this.sockets.add(socket);
      }
    });
  }

  listen(): Promise<number> {
    return new Promise((resolve) =>
      this.server.listen(0, '127.0.0.1', () => resolve((this.server.address() as AddressInfo).port)),
    );
  }

  /** Nothing passes any more through the connections that are there; new ones work. */
  loseConnections(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

describe('EventStoreDB that falls silent', () => {
  let folder: string;
  let double: EventStoreDoubleProcess;
  let store: EventStore | null;
  let network: LossyNetwork | null;
  beforeEach(async () => {
    // The client finds so short an interval worth a warning.
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    folder = mkdtempSync(path.join(tmpdir(), 'chargestream-silence-'));
    store = null;
    network = null;
    double = await spawnEventStoreDouble({ folder });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await store?.close();
    network?.close();
    await double.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const follow = async (opened: EventStore) => {
    const seen = new Inbox<StoredEvent>();
    const broken = new Inbox<unknown>();
    const subscription = await opened.subscribe({
      from: null,
      handle: (events) => Promise.resolve(seen.add(...events)),
      onError: (error) => broken.add(error),
    });
    return { seen, broken, subscription };
  };

  it('is noticed by a subscriber that waits for events, and gone on with when it is back', async () => {
    store = await openEventStoreDb({ url: `${double.url}&${KEEPALIVE}`, deadlineMs: 1_000 });
    const { seen, broken, subscription } = await follow(store);
    await store.append('a', [event(0)], 'no-stream');
    await seen.until(({ length }) => length === 1);
    double.pause();
    await broken.until(({ length }) => length > 0);
    await expect(store.append('a', [event(1)], 0)).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(store.isAvailable()).toBe(false);
    await expect(store.readStream('a')[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.readAll()[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(StoreUnavailableError);
    double.resume();
    // The append that nobody knows of may have happened: the stream says.
    const stored: StoredEvent[] = [];
    for (;;) {
      try {
        for await (const one of store.readStream('a')) stored.push(one);
        break;
      } catch {
        stored.length = 0;
      }
    }
    await appendSurely(store, stored.length);
    await seen.until(({ length }) => length > stored.length);
    await subscription.caughtUp();
    expect(seen.items.map(({ revision }) => revision)).toEqual(seen.items.map((_, index) => index));
    expect(store.isAvailable()).toBe(true);
  }, 60_000);

  it('on connections that are lost without a word, is found again on new ones', async () => {
    network = new LossyNetwork(double.port);
    const port = await network.listen();
    store = await openEventStoreDb({ url: `esdb://127.0.0.1:${port}?tls=false&${KEEPALIVE}`, deadlineMs: 1_000 });
    const { seen, broken } = await follow(store);
    await appendSurely(store, 0);
    await seen.until(({ length }) => length === 1);
    network.loseConnections();
    await broken.until(({ length }) => length > 0);
    await appendSurely(store, 1);
    await seen.until(({ length }) => length === 2);
    expect(seen.items.map(numberOf)).toEqual([0, 1]);
  }, 60_000);
});
