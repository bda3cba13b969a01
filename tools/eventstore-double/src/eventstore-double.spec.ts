import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ANY, BACKWARDS, EventStoreDBClient, FORWARDS, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { startEventStoreDouble, type EventStoreDouble } from './start-eventstore-double';
import { spawnEventStoreDouble } from './spawn-eventstore-double';

const happened = (number: number) => jsonEvent({ id: randomUUID(), type: 'Happened', data: { number } });

async function numbersIn(client: EventStoreDBClient, stream: string): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { event } of client.readStream(stream)) numbers.push((event?.data as { number: number }).number);
  return numbers;
}

describe('the double of EventStoreDB, as a process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'chargestream-double-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has what it acknowledged after SIGKILL and a new start on its folder and port', async () => {
    const first = await spawnEventStoreDouble({ folder });
    let client = EventStoreDBClient.connectionString(first.url);
    for (let number = 0; number < 20; number++) {
      await client.appendToStream('a', happened(number), {
        expectedRevision: number === 0 ? NO_STREAM : BigInt(number - 1),
      });
    }
    await first.kill('SIGKILL');
    await client.dispose();
    const second = await spawnEventStoreDouble({ folder, port: first.port });
    expect(second.url).toBe(first.url);
    client = EventStoreDBClient.connectionString(second.url);
    expect(await numbersIn(client, 'a')).toEqual(Array.from({ length: 20 }, (_, number) => number));
    await client.appendToStream('a', happened(20), { expectedRevision: 19n });
    await client.dispose();
    await second.kill('SIGTERM');
  }, 60_000);

  it('says why it does not start: another one has the folder', async () => {
    const first = await spawnEventStoreDouble({ folder });
    await expect(spawnEventStoreDouble({ folder })).rejects.toThrow(/in use by process \d+/);
    await first.kill();
  }, 60_000);
});

describe('the double of EventStoreDB', () => {
  let double: EventStoreDouble;
  let client: EventStoreDBClient;
  beforeEach(async () => {
    double = await startEventStoreDouble();
    client = EventStoreDBClient.connectionString(double.url);
  });
  afterEach(async () => {
    await client.dispose();
    await double.stop();
  });

  it('removes a folder that it made itself, and no other', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'chargestream-double-spec-'));
    const onFolder = await startEventStoreDouble({ folder });
    await onFolder.stop();
    expect(existsSync(folder)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  it('keeps $maxCount of a stream, also over a restart', async () => {
    const append = (number: number) =>
      client.appendToStream('a', happened(number), { expectedRevision: number === 0 ? NO_STREAM : BigInt(number - 1) });
    for (let number = 0; number < 5; number++) await append(number);
    await client.setStreamMetadata('a', { maxCount: 2 }, { expectedRevision: NO_STREAM });
    expect(await numbersIn(client, 'a')).toEqual([3, 4]);
    expect((await client.getStreamMetadata('a')).metadata).toEqual({ maxCount: 2 });
    await double.kill();
    await double.start();
    await client.dispose();
    client = EventStoreDBClient.connectionString(double.url);
    await append(5);
    expect(await numbersIn(client, 'a')).toEqual([4, 5]);
  });

  it('is discovered as the one node that leads', async () => {
    const discovering = EventStoreDBClient.connectionString(double.url.replace('esdb:', 'esdb+discover:'));
    await discovering.appendToStream('a', happened(1), { expectedRevision: NO_STREAM });
    expect(await numbersIn(discovering, 'a')).toEqual([1]);
    await discovering.dispose();
  });

  const collect = async (events: AsyncIterable<unknown>) => {
    for await (const _ of events);
  };
  it.each<[string, (client: EventStoreDBClient) => Promise<unknown>]>([
    ['an append at any revision', (to) => to.appendToStream('a', happened(1), { expectedRevision: ANY })],
    ['deleting a stream', (to) => to.deleteStream('a')],
    ['reading $all forwards', (to) => collect(to.readAll({ direction: FORWARDS }))],
    ['reading $all backwards by two', (to) => collect(to.readAll({ direction: BACKWARDS, maxCount: 2 }))],
    ['a subscription to one stream', (to) => collect(to.subscribeToStream('a'))],
    ['projections', (to) => to.getProjectionStatus('a')],
    [
      'persistent subscriptions',
      (to) =>
        to.createPersistentSubscriptionToStream('a', 'group', {
          checkPointAfter: 1,
          checkPointLowerBound: 1,
          checkPointUpperBound: 1,
          consumerStrategyName: 'RoundRobin',
          extraStatistics: false,
          historyBufferSize: 1,
          liveBufferSize: 1,
          maxRetryCount: 1,
          maxSubscriberCount: 1,
          messageTimeout: 1,
          readBatchSize: 1,
          resolveLinkTos: false,
          startFrom: 'start',
        }),
    ],
  ])('does not pretend to know %s', async (_, ask) => {
    await expect(ask(client)).rejects.toThrow(/UNIMPLEMENTED|requires server version/);
  });
});
