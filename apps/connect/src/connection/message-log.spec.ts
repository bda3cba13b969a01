import type { OcppMessageEntry } from '@chargestream/contracts';
import type { BusRecord, EventBus } from '@chargestream/event-bus';
import { Metrics } from '@chargestream/service-kit';
import { ConnectMetrics } from '../connect-metrics';
import { MessageLog } from './message-log';

function frame(raw: string): OcppMessageEntry {
  return { raw } as OcppMessageEntry;
}

function setUp(publish: (records: readonly BusRecord[]) => Promise<unknown>) {
  const metrics = new Metrics();
  const log = new MessageLog({ publish } as unknown as EventBus, new ConnectMetrics(metrics), '/connect/test');
  return { log, lost: async () => (await metrics.exposition()).body.match(/log_lost_total (\d+)/)?.[1] };
}

describe('the message log', () => {
  it('puts the frames of one charger into one record, in order', async () => {
    const published: BusRecord[] = [];
    const { log } = setUp(async (records) => published.push(...records));
    for (const raw of ['a', 'b', 'c']) log.record(raw === 'b' ? 'other' : 'one', frame(raw));
    await log.flush();
    expect(published.map(({ key, value }) => [key, JSON.parse(String(value))])).toEqual([
      ['one', [{ raw: 'a' }, { raw: 'c' }]],
      ['other', [{ raw: 'b' }]],
    ]);
  });

  it('keeps records below what a broker takes', async () => {
    const published: BusRecord[] = [];
    const { log } = setUp(async (records) => published.push(...records));
    for (let n = 0; n < 20; n++) log.record('one', frame(String(n).padEnd(65_536)));
    await log.flush();
    expect(published.length).toBeGreaterThan(1);
    expect(published.every(({ value }) => (value?.length ?? 0) < 1_000_000)).toBe(true);
    const raws = published
      .flatMap(({ value }) => JSON.parse(String(value)) as OcppMessageEntry[])
      .map(({ raw }) => raw.trim());
    expect(raws).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
  });

  it('counts what it loses, and goes on', async () => {
    let failing = true;
    const published: BusRecord[] = [];
    const { log, lost } = setUp(async (records) => {
      if (failing) throw new Error('away');
      published.push(...records);
    });
    log.record('one', frame('a'));
    await log.flush();
    failing = false;
    log.record('one', frame('b'));
    await log.flush();
    expect(await lost()).toBe('1');
    expect(published).toHaveLength(1);
  });

  it('holds only so much while the bus is away', async () => {
    let release = (): void => undefined;
    const { log, lost } = setUp(() => new Promise<void>((resolve) => (release = resolve)));
    for (let n = 0; n < 2_000; n++) log.record('one', frame('x')); // these are being published
    for (let n = 0; n < 600; n++) log.record('one', frame('x'.repeat(65_536)));
    expect(Number(await lost())).toBeGreaterThan(50);
    release();
    await Promise.resolve();
    const rest = log.flush();
    setImmediate(() => release());
    await rest;
  });
});
