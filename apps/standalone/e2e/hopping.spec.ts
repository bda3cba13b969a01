import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@chargestream/charger-sim';
import { startConnect } from '@chargestream/connect';
import {
  chargerKey,
  commandStream,
  eventId,
  inboxTopic,
  toBusRecord,
  TOPICS,
  type ChargerEvent,
  type ConnectionEntry,
  type Intent,
} from '@chargestream/contracts';
import { startCore } from '@chargestream/core';
import type { BusRecord, EventBus } from '@chargestream/event-bus';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { openSqliteReadModel } from '@chargestream/read-model';
import { createLogger, Settings } from '@chargestream/service-kit';
import { HoppingCharger } from './support/hopping-charger';

const TENANT = 'default';
const CHARGERS = 5;
const COMMANDS = 60;
const CALL_TIMEOUT_MS = 300;
const EXPIRES_AFTER_MS = 6_000;

describe.each([1, 2, 3])('chargers hopping between two connects, seed %i', (seed) => {
  it('get no command twice, keep their order, and every command ends', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'hopping-'));
    const bus = await openEmbeddedEventBus({ path: path.join(folder, 'bus.db') });
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    const readModel = await openSqliteReadModel({ path: path.join(folder, 'read-model.db') });
    const settings = (instanceId: string) =>
      Object.assign(new Settings(), {
        ...{
          instanceId,
          ocppPort: 0,
          logLevel: 'silent',
          ocppCallTimeoutMs: CALL_TIMEOUT_MS,
          ocppDrainTimeoutMs: 1_000,
        },
      });
    const one = settings('connect-1');
    const connects = await Promise.all(
      [one, settings('connect-2')].map((each) => startConnect({ bus, settings: each, logger: createLogger(each) })),
    );
    const core = await startCore({ bus: repeating(bus), store, readModel, settings: one });
    const random = seededRandom(seed);
    const chargers = Array.from({ length: CHARGERS }, (_, n) => {
      const id = `HOP-${n}`;
      return new HoppingCharger(
        id,
        connects.map(({ port }) => port),
        random.fork(id),
      );
    });
    try {
      const running = chargers.map((charger) => charger.run());
      // Commands for chargers that core has never heard of are refused, not ended.
      while (chargers.some(({ journal }) => journal.acknowledged === 0)) await pause(10);
      await core.caughtUp();
      const commandIds = await commandThem(bus, random.fork('commands'), chargers);
      const endings = await Promise.all(commandIds.map(({ commandId }) => endingOf(store, commandId)));
      for (const charger of chargers) charger.stop();
      await Promise.all(running);

      expect(endings.filter((outcome) => outcome === 'ACCEPTED').length).toBeGreaterThan(0);
      const journals = Object.fromEntries(chargers.map(({ id, journal }) => [id, journal]));
      for (const [index, { commandId, chargerId }] of commandIds.entries()) {
        const times = journals[chargerId]?.received.filter((data) => data === commandId).length ?? 0;
        expect([commandId, times <= 1]).toEqual([commandId, true]);
        if (endings[index] === 'ACCEPTED') expect([commandId, times]).toEqual([commandId, 1]);
        if (endings[index] === 'OFFLINE' || endings[index] === 'EXPIRED')
          expect([commandId, times]).toEqual([commandId, 0]);
      }

      const events = await everyEvent(bus);
      for (const { id, journal, sockets } of chargers) {
        expect([id, firstOccurrences(events, id)]).toEqual([id, upTo(journal.acknowledged)]);
        // The older lines close; what the table says in the end is that the newest is open.
        while (sockets.size > 1 || (await stateOf(bus, id)) !== 'open') await pause(10);
      }
      const open = () => connects.reduce((sum, { runtime }) => sum + runtime.connections.size, 0);
      while (open() > CHARGERS) await pause(10);
      expect(open()).toBe(CHARGERS);
    } finally {
      for (const charger of chargers) {
        charger.stop();
        charger.terminate();
      }
      await core.close();
      await Promise.all(connects.map((connect) => connect.close()));
      await readModel.close();
      await store.close();
      await bus.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

interface Asked {
  commandId: string;
  chargerId: string;
}

/** Commands at random moments; some wait for a charger that is away, some do not. */
async function commandThem(
  bus: EventBus,
  random: ReturnType<typeof seededRandom>,
  chargers: readonly HoppingCharger[],
): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let n = 0; n < COMMANDS; n++) {
    const chargerId = random.pick(chargers).id;
    const commandId = eventId('hopping', random.integer(0, 1e9), n);
    const intent: Intent = {
      ...{
        id: commandId,
        type: 'SendCommand',
        schemaVersion: 1,
        tenantId: TENANT,
        chargerId,
        correlationId: commandId,
      },
      requestedAt: new Date().toISOString(),
      requestedBy: 'test',
      data: {
        command: { kind: 'DATA_TRANSFER', vendorId: 'fuzz', messageId: null, data: commandId },
        expiresAt: new Date(Date.now() + EXPIRES_AFTER_MS).toISOString(),
        holdUntilOnline: random.chance(0.5),
      },
    };
    const identity = { id: commandId, type: intent.type, source: '/test' };
    await bus.publish([toBusRecord(TOPICS.intents, chargerKey(TENANT, chargerId), identity, intent)]);
    asked.push({ commandId, chargerId });
    await pause(random.integer(0, 60));
  }
  return asked;
}

/** A bus that writes whatever goes to an inbox five times. */
function repeating(bus: EventBus): EventBus {
  const inboxes = inboxTopic('');
  return new Proxy(bus, {
    get(target, name) {
      if (name === 'publish') {
        return (records: readonly BusRecord[]) =>
          target.publish(
            records.flatMap((record) => (record.topic.startsWith(inboxes) ? Array(5).fill(record) : [record])),
          );
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** Resolves with how it ended; a command that does not end fails the test by its time limit. */
async function endingOf(store: Awaited<ReturnType<typeof openEmbeddedEventStore>>, commandId: string): Promise<string> {
  for (;;) {
    for await (const { type, data } of store.readStream(commandStream(commandId))) {
      if (type === 'CommandFinished') return (data as { outcome: string }).outcome;
    }
    await pause(20);
  }
}

async function everyEvent(bus: EventBus): Promise<ChargerEvent[]> {
  const events: ChargerEvent[] = [];
  const subscription = await bus.subscribe({
    group: 'hopping-test',
    topics: [TOPICS.chargerEvents],
    from: 'earliest',
    handle: async (records) => {
      for (const { value } of records) events.push(JSON.parse(value?.toString() ?? 'null') as ChargerEvent);
    },
  });
  await subscription.caughtUp();
  await subscription.close();
  return events;
}

/** The numbers a charger said, each where it came first. */
function firstOccurrences(events: readonly ChargerEvent[], chargerId: string): number[] {
  const said = events.flatMap((event) =>
    event.chargerId === chargerId && event.type === 'DataTransferReceived' ? [Number(event.data.data)] : [],
  );
  return [...new Set(said)];
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

async function stateOf(bus: EventBus, chargerId: string): Promise<ConnectionEntry['state']> {
  const table = await bus.openTable(TOPICS.connections);
  const { state } = JSON.parse(table.get(chargerKey(TENANT, chargerId))?.value.toString() ?? '{}') as ConnectionEntry;
  await table.close();
  return state;
}
