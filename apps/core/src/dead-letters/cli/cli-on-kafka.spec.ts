import { sessionStream, TOPICS } from '@chargestream/contracts';
import { tx2 } from '@chargestream/domain/testing';
import type { EventBus } from '@chargestream/event-bus';
import { openKafkaEventBus } from '@chargestream/event-bus/kafka';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { startCore, type RunningCore } from '../../start-core';
import { Harness } from '../../testing/harness';
import { refusing } from '../../testing/refusing-store';
import { parseCommand, runCommand } from '.';
import { lettersIn } from './letters';

const story = [tx2('Started', 0, 0), ...[1, 2, 3, 4, 5].map((n) => tx2('Updated', n, n)), tx2('Ended', 6, 9)];

describeWithKafka('dead letters on Kafka', () => {
  let kafka: KafkaCluster;
  let harness: Harness;
  const buses: EventBus[] = [];
  const cores: RunningCore[] = [];

  beforeAll(async () => {
    kafka = await startKafka();
    harness = await Harness.open(() => openBus('test'));
  }, 120_000);
  afterAll(async () => {
    for (const core of cores) await core.close();
    await harness?.close();
    await Promise.all(buses.map((bus) => bus.close()));
    await kafka?.stop();
  }, 60_000);

  async function openBus(clientId: string): Promise<EventBus> {
    const bus = await openKafkaEventBus({ brokers: kafka.brokers, clientId });
    buses.push(bus);
    return bus;
  }

  async function parked(bus: EventBus): Promise<number> {
    const table = await bus.openTable(TOPICS.deadLetters);
    const { length } = lettersIn(table);
    await table.close();
    return length;
  }

  it('are parked by one core, and behind them by the next one, and replayed in order', async () => {
    const poison = new Set([story[2]!.id]);
    const start = async (name: string) => {
      const { readModel, store } = harness;
      const settings = { ocppCallTimeoutMs: 30_000 };
      const core = await startCore({ bus: await openBus(name), store: refusing(store, poison), readModel, settings });
      cores.push(core);
      return core;
    };
    const first = await start('core-1');
    await harness.report(...story.slice(0, 4));
    await first.caughtUp();
    const second = await start('core-2');
    await cores.shift()!.close();
    await harness.report(...story.slice(4));
    await second.caughtUp();
    const bus = await openBus('tool');
    expect(await parked(bus)).toBe(5);
    poison.clear();
    const said: string[] = [];
    const exitCode = await runCommand(parseCommand(['replay', '--all']) as never, {
      bus,
      isCoreBeside: true,
      clock: Date.now,
      newId: () => 'attempt',
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      out: (text) => said.push(String(text)),
    });
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: ['5 letters handled.\n'] });
    expect(await parked(bus)).toBe(0);
    const facts = await harness.stream(sessionStream(String(story[0]!.data.sessionKey)));
    expect(facts.map(({ data }) => (data as { seqNo: number }).seqNo)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  }, 120_000);
});
