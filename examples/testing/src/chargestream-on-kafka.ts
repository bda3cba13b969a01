import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCharger, type ScriptedCharger } from '@chargestream/charger-sim';
import { startConnect } from '@chargestream/connect';
import { startCore } from '@chargestream/core';
import { openKafkaEventBus } from '@chargestream/event-bus/kafka';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { openSqliteReadModel } from '@chargestream/read-model';
import { createLogger, Settings } from '@chargestream/service-kit';

const HOUR_MS = 60 * 60 * 1000;

/** Connect and core as they are, on real brokers: what the examples read is published by them. */
export interface ChargestreamOnKafka {
  folder: string;
  charger(chargerId: string): Promise<ScriptedCharger>;
  close(): Promise<void>;
}

export async function startChargestream(brokers: string[]): Promise<ChargestreamOnKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'examples-'));
  const bus = await openKafkaEventBus({ brokers, clientId: 'examples' });
  const store = await openEmbeddedEventStore({ path: join(folder, 'store.db') });
  const readModel = await openSqliteReadModel({ path: ':memory:' });
  const settings = Object.assign(new Settings(), { ocppPort: 0, logLevel: 'silent' });
  const core = await startCore({ bus, store, readModel, settings });
  const connect = await startConnect({ bus, settings, logger: createLogger(settings) });
  const chargers: ScriptedCharger[] = [];
  return {
    folder,
    async charger(chargerId) {
      const url = `ws://127.0.0.1:${connect.port}/ocpp`;
      const charger = await connectCharger({ url, chargerId, version: '1.6' });
      chargers.push(charger);
      await charger.boot();
      return charger;
    },
    async close() {
      await Promise.all(chargers.map((charger) => charger.close()));
      for (const part of [connect, core, bus, store, readModel]) await part.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One reading an hour: 1 kWh in each. @returns when it began and ended, in milliseconds */
export async function chargeFor(hours: number, charger: ScriptedCharger, fromMs: number): Promise<void> {
  const at = (hour: number) => new Date(fromMs + hour * HOUR_MS).toISOString();
  const { transactionId } = await charger.startTransaction({ meterStart: 5_000, timestamp: at(0) });
  for (let hour = 1; hour < hours; hour++) {
    const reading = { registerWh: 5_000 + 1_000 * hour, powerW: 1_000, timestamp: at(hour) };
    await charger.meterValues({ transactionId: Number(transactionId), ...reading });
  }
  const end = { meterStop: 5_000 + 1_000 * hours, timestamp: at(hours) };
  await charger.stopTransaction({ transactionId: Number(transactionId), ...end });
}

/** Looks until it is so; a test that waits in vain is ended by its time limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
