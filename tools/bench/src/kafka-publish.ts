// How many small records a second the bus on Kafka takes, each published and awaited by itself, against kafkajs with batches
// made beforehand. After `npm run build`: node tools/bench/dist/kafka-publish.js --help
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { EventBus } from '@chargestream/event-bus';
import { openKafkaEventBus } from '@chargestream/event-bus/kafka';
import { startKafka } from '@chargestream/kafka';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const HELP = `Publishes of small records a second: the bus on Kafka against kafkajs with ready-made batches.

  --seconds <n>    of each measurement (default 5)
  --brokers <1|3>  of the cluster that is started (default 1); KAFKA_BROKERS uses one that is there
  --bytes <n>      of a record's value (default 430)
  --help
`;
const PARTITIONS = 12;
const BATCH = 200;
/** Chargers that each publish a record, wait for it, and publish the next. */
const WRITERS = [1, 40, 400, 4_000];

interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  cpuMsPerThousand: number;
}

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      brokers: { type: 'string', default: '1' },
      bytes: { type: 'string', default: '430' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(HELP);
  const [seconds, bytes] = [Number(values.seconds), Number(values.bytes)];
  const cluster = await startKafka({ brokers: values.brokers === '3' ? 3 : 1, heapMb: 1_024 });
  const value = Buffer.alloc(bytes, 'x');
  try {
    const bus = await openKafkaEventBus({ brokers: cluster.brokers, clientId: 'bench' });
    const topic = `bench.${randomUUID()}`;
    await bus.ensureTopics([{ name: topic, cleanup: 'delete', retentionMs: 3_600_000, partitions: PARTITIONS }]);
    const publish = (writer: number) => bus.publish([{ topic, key: `t/charger-${writer}`, value }]);
    await measure(WRITERS[2]!, 1, 2, publish);
    const raw = await measureRaw(cluster.brokers, topic, value, seconds);
    print(describe(`kafkajs, batches of ${BATCH}, one after the other`, raw, null));
    for (const writers of WRITERS) {
      const measured = await measure(writers, 1, seconds, publish);
      print(describe(`bus, ${writers} writer${writers > 1 ? 's' : ''}, a record each`, measured, raw));
    }
    await measureReading(bus, topic);
    await bus.close();
  } finally {
    await cluster.stop();
  }
}

async function measureRaw(brokers: string[], topic: string, value: Buffer, seconds: number): Promise<Measured> {
  const kafka = new Kafka({ brokers, clientId: 'bench-raw', logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: BATCH }, (_, index) => ({ key: `t/charger-${index}`, value }));
  const send = () => producer.send({ topic, acks: -1, messages });
  await measure(1, BATCH, 1, send);
  const measured = await measure(1, BATCH, seconds, send);
  await producer.disconnect();
  return measured;
}

/** How fast a new group reads everything that was published, and how long a record takes from publish to handler. */
async function measureReading(bus: EventBus, topic: string): Promise<void> {
  let count = 0;
  let started = 0;
  const handle = (records: readonly unknown[]) => {
    started ||= performance.now();
    count += records.length;
    return Promise.resolve();
  };
  const subscription = await bus.subscribe({ group: randomUUID(), topics: [topic], from: 'earliest', handle });
  await subscription.caughtUp();
  const perSecond = (count / (performance.now() - started)) * 1_000;
  print(`a group reads ${count} records at ${Math.round(perSecond)} records/s`);
  await subscription.close();

  const delays: number[] = [];
  const sentAt = new Map<string, number>();
  const follower = await bus.subscribe({
    group: randomUUID(),
    topics: [topic],
    from: 'latest',
    handle: (records) => {
      for (const { key } of records) delays.push(performance.now() - sentAt.get(key)!);
      return Promise.resolve();
    },
  });
  for (let number = 0; number < 500; number++) {
    const key = String(number);
    sentAt.set(key, performance.now());
    await bus.publish([{ topic, key, value: Buffer.alloc(430) }]);
  }
  await follower.caughtUp();
  delays.sort((one, other) => one - other);
  const [p50, p99] = [delays[250]!, delays[494]!];
  print(`from publish to handler on an idle topic: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
}

/** `writers` that each do the next thing when the last one is done. */
async function measure(
  writers: number,
  recordsEach: number,
  seconds: number,
  work: (writer: number) => Promise<unknown>,
): Promise<Measured> {
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const started = performance.now();
  const until = started + seconds * 1_000;
  const write = async (writer: number) => {
    while (performance.now() < until) {
      const before = performance.now();
      await work(writer);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const elapsedMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const records = latencies.length * recordsEach;
  latencies.sort((one, other) => one - other);
  return {
    perSecond: (records / elapsedMs) * 1_000,
    p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    cpuMsPerThousand: user + system > 0 ? (user + system) / records : 0,
  };
}

function describe(what: string, { perSecond, p50Ms, p99Ms, cpuMsPerThousand }: Measured, raw: Measured | null): string {
  const ratio = raw ? `, ratio ${(perSecond / raw.perSecond).toFixed(2)}` : '';
  const latency = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
  const cost = `${cpuMsPerThousand.toFixed(0)} ms of CPU per 1,000`;
  return `${what.padEnd(46)} ${Math.round(perSecond).toString().padStart(7)} records/s  ${latency}, ${cost}${ratio}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
