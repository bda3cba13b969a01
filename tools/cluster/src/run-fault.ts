import { seededRandom } from '@chargestream/charger-sim';
import { TOPICS } from '@chargestream/contracts';
import type { EventBus } from '@chargestream/event-bus';
import { openKafkaEventBus } from '@chargestream/event-bus/kafka';
import type { Fault } from './faults';
import { chargerIds, DepotLoad } from './load/depot';
import { CommandLoad, judgeCommands, type CommandVerdict } from './load/commands';
import { differences, type Differences } from './oracle/differences';
import { brokenOrder, doubledEvents, readTopic } from './oracle/order';
import { queryOf, type Query } from './oracle/query';
import { readSessions } from './oracle/sessions';
import { startCluster, type Cluster } from './system/cluster';

export interface FaultRunOptions {
  chargers: number;
  seed: number;
  speed: number;
  /** Overrides the fault's own length. */
  seconds: number | null;
  say: (line: string) => void;
}

export interface Recovery {
  what: string;
  /** Until nearly all chargers were online and acknowledged again, ms. */
  chargingMs: number;
  /** Until an intent went through core and store and was shown, ms. */
  shownMs: number;
}

export interface FaultVerdict extends Differences {
  fault: string;
  acknowledged: number;
  sessions: number;
  samples: number;
  /** Messages that chargers gave up. */
  unacknowledged: string[];
  broken: string[];
  /** Published session events that came twice. */
  doubledEvents: string[];
  commands: CommandVerdict & { sent: number; unconfirmed: number };
  recoveries: Recovery[];
}

const RECOVERY_TIMEOUT_MS = 180_000;
const DRAIN_TIMEOUT_MS = 300_000;
const COMMAND_END_MS = 120_000;
const COMMANDS_AFTER_MS = 5_000;

/** Brings a cluster up, lets chargers charge, runs the fault, and compares what is there with what was acknowledged. */
export async function runFault(fault: Fault, options: FaultRunOptions): Promise<FaultVerdict> {
  const { say } = options;
  const cluster = await startCluster({ brokers: fault.brokers, onStep: (step) => say(`starting ${step}`) });
  try {
    return await runOn(cluster, fault, options);
  } catch (error) {
    for (const service of cluster.services) {
      if (!service.isRunning()) say(`${service.name} is not running; it said:\n${service.lastOutput()}`);
    }
    throw error;
  } finally {
    await cluster.stop();
  }
}

async function runOn(cluster: Cluster, fault: Fault, options: FaultRunOptions): Promise<FaultVerdict> {
  const { chargers, seed, speed, say } = options;
  const query = queryOf(cluster.graphqlUrl);
  const random = seededRandom(`${fault.name} ${seed}`);
  const depot = new DepotLoad({ ocppUrl: cluster.ocppUrl, query, chargers, seed, speed });
  await depot.start();
  say(`${chargers} chargers, nearly all charging`);
  const commands = new CommandLoad({
    query,
    chargerIds: chargerIds(chargers),
    random: random.fork('commands'),
    everyMs: 500,
  });
  commands.start();
  const recoveries: Recovery[] = [];
  const openBus = () => openKafkaEventBus({ brokers: cluster.kafka.brokers, clientId: 'fault-run' });
  await fault.run({
    cluster,
    random: random.fork('fault'),
    seconds: options.seconds ?? fault.seconds,
    openBus,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    say,
    recovered: async (what, sinceMs = Date.now()) => {
      const recovery = await measureRecovery(what, { depot, query, chargers }, sinceMs);
      recoveries.push(recovery);
      say(`${what}: charging after ${seconds(recovery.chargingMs)}, shown after ${seconds(recovery.shownMs)}`);
    },
  });
  // Commands of the time after: while the store is away, say, the api takes none.
  await new Promise((resolve) => setTimeout(resolve, COMMANDS_AFTER_MS));
  await commands.stop();
  say('ending all sessions');
  const summary = await depot.stop();
  await until(async () => (await activeSessions(query)) === 0, DRAIN_TIMEOUT_MS, 'sessions are still active');
  await until(async () => (await judgeCommands(query, commands.sent)).open.length === 0, COMMAND_END_MS, null);
  say('comparing');
  const bus = await openBus();
  try {
    return { ...(await judge(bus, query, depot, commands)), fault: fault.name, recoveries, ...given(summary) };
  } finally {
    await bus.close();
  }
}

type Judgement = Omit<FaultVerdict, 'fault' | 'recoveries' | 'unacknowledged'>;

async function judge(bus: EventBus, query: Query, depot: DepotLoad, commands: CommandLoad): Promise<Judgement> {
  const expected = depot.expected();
  const seen = await readSessions(query);
  return {
    ...differences(expected, seen),
    acknowledged: depot.acknowledged,
    sessions: expected.length,
    samples: expected.reduce((sum, { meterValueMessages }) => sum + meterValueMessages, 0),
    broken: brokenOrder(expected, await readTopic(bus, TOPICS.chargerEvents)),
    doubledEvents: doubledEvents(await readTopic(bus, TOPICS.sessionEvents)),
    commands: {
      ...(await judgeCommands(query, commands.sent)),
      sent: commands.sent.length,
      unconfirmed: commands.unconfirmed,
    },
  };
}

function given({ unacknowledged }: Awaited<ReturnType<DepotLoad['stop']>>) {
  return { unacknowledged: unacknowledged.map(({ what, count }) => `${count} × ${what}`) };
}

async function measureRecovery(
  what: string,
  { depot, query, chargers }: { depot: DepotLoad; query: Query; chargers: number },
  sinceMs: number,
): Promise<Recovery> {
  const askedMs = Date.now();
  const before = depot.acknowledged;
  const charging = depot.until(
    ({ online, acknowledged }) => online >= chargers * 0.95 && acknowledged > before + chargers * 0.1,
    RECOVERY_TIMEOUT_MS,
    `chargers do not charge again (${what})`,
  );
  const shown = until(() => intentGoesThrough(query, askedMs), RECOVERY_TIMEOUT_MS, `nothing is shown (${what})`);
  const [chargingMs, shownMs] = await Promise.all([charging, shown]);
  const waitedMs = askedMs - sinceMs;
  return { what, chargingMs: waitedMs + chargingMs, shownMs: waitedMs + shownMs };
}

/** putToken answers when core has stored it and the read model shows it. */
async function intentGoesThrough(query: Query, number: number): Promise<boolean> {
  try {
    await query(
      `mutation { putToken(input: { idToken: "PROBE-${number}", type: "ISO14443", status: ACCEPTED }) { idToken } }`,
    );
    return true;
  } catch {
    return false;
  }
}

async function activeSessions(query: Query): Promise<number> {
  try {
    const answer = await query<{ sessions: { nodes: unknown[] } }>(
      '{ sessions(filter: { state: ACTIVE }, first: 1) { nodes { id } } }',
    );
    return answer.sessions.nodes.length;
  } catch {
    return -1;
  }
}

/** Resolves with how long it took. Without a complaint it gives up silently: the verdict shows it then. */
async function until(reached: () => Promise<boolean>, timeoutMs: number, complaint: string | null): Promise<number> {
  const startedMs = Date.now();
  while (!(await reached())) {
    if (Date.now() - startedMs > timeoutMs) {
      if (complaint === null) break;
      throw new Error(`${complaint} after ${timeoutMs / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return Date.now() - startedMs;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
