import { INSTANCE_HEARTBEAT_MS, STREAM_PREFIXES, TOPICS } from '@chargestream/contracts';
import {
  WriterFencedError,
  type BusRecord,
  type EventBus,
  type StoredRecord,
  type Subscription,
} from '@chargestream/event-bus';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { parseIntent } from '../intents/parse-intent';
import { checkpointOf, checkpointRecord, termRecord } from '../publishers/publisher';
import { pauseWith } from '../timers';
import { CommandRouter, type CommandRouterOptions } from './command-router';
import type { Duty, RunningDuty } from './duty';
import { Instances } from './instances';
import { Secrets } from './secrets';

type Given = 'connections' | 'instances' | 'secrets' | 'secretsKnown' | 'from' | 'termId';

export interface CommandsRoleOptions extends Omit<CommandRouterOptions, Given> {
  bus: EventBus;
  store: EventStore;
  newId: () => string;
  /** What is seen to beside the commands. */
  duties: readonly Duty[];
  onError: (error: unknown) => void;
  /** Told of each time everything that must be done regularly was done. */
  onBeat: () => void;
}

/** The commands as their leader sees them. */
export interface LeadingCommands {
  pendingCount(): number;
  /** Resolves when every command stored at the call has taken the steps it can take, and the duties are done for now. */
  caughtUp(): Promise<void>;
}

const CHECKPOINT = 'commands';
const WRITER = 'core-commands';

/**
 * Leads the commands until `signal` aborts. Everything a leader before this one knew is found again: the commands from
 * the checkpoint on (the place before the oldest that had not ended), the connections and instances in their tables.
 * @throws WriterFencedError when another process leads.
 */
export async function leadCommands(
  options: CommandsRoleOptions,
  signal: AbortSignal,
  onLeading: (leading: LeadingCommands) => void,
): Promise<void> {
  const { bus, store, clock, onError } = options;
  await bus.publishAtomically(WRITER, [termRecord(CHECKPOINT, clock())]);
  const from = await checkpointOf(bus, CHECKPOINT);
  const opened: { close(): Promise<void> | void }[] = [];
  const open = <Part extends { close(): Promise<void> | void }>(part: Part): Part => {
    opened.push(part);
    return part;
  };
  try {
    const connections = open(await bus.openTable(TOPICS.connections));
    const instanceTable = open(await bus.openTable(TOPICS.instances));
    const instances = open(new Instances({ ...options, instances: instanceTable, connections }));
    const secrets = new Secrets();
    const intents = open(await followSecrets(bus, secrets, onError));
    const router = open(
      new CommandRouter({
        ...options,
        connections,
        instances,
        secrets,
        secretsKnown: () => intents.caughtUp(),
        from,
        termId: options.newId(),
      }),
    );
    const following = open(
      await store.subscribe({
        from,
        streamPrefixes: [STREAM_PREFIXES.command],
        handle: async (events) => router.follow(events),
        onError,
      }),
    );
    const duties: Following[] = [{ name: CHECKPOINT, running: router, subscription: following }];
    for (const duty of options.duties) duties.push(await follow(options, duty, open));
    onLeading({
      pendingCount: () => router.pendingCount(),
      async caughtUp() {
        for (const { running, subscription } of duties) {
          await subscription.caughtUp();
          await running.idle();
        }
      },
    });
    await beat(options, duties, instances, () => router.stepAll(), signal);
  } finally {
    for (const part of opened.reverse()) await part.close();
  }
}

interface Following {
  /** Of the checkpoint. */
  name: string;
  running: Pick<RunningDuty, 'checkpoint' | 'idle'>;
  subscription: { caughtUp(): Promise<void> };
}

async function follow(
  { bus, store, onError }: CommandsRoleOptions,
  duty: Duty,
  open: <Part extends { close(): Promise<void> | void }>(part: Part) => Part,
): Promise<Following> {
  const { name, streamPrefixes } = duty;
  const from = await checkpointOf(bus, name);
  const running = open(duty.begin(from));
  const handle = async (events: readonly StoredEvent[]) => running.follow(events);
  return { name, running, subscription: open(await store.subscribe({ from, streamPrefixes, handle, onError })) };
}

/** Secrets that earlier leaders read are known to nobody any more: nothing but the intents' topic ever held them. */
function followSecrets(bus: EventBus, secrets: Secrets, onError: (error: unknown) => void): Promise<Subscription> {
  const handle = async (records: readonly StoredRecord[]) => {
    for (const record of records) {
      try {
        const intent = parseIntent(record);
        if (intent.type === 'SendCommand') secrets.keep(intent);
      } catch {
        // Whoever takes the intents parks it.
      }
    }
  };
  return bus.subscribe({ group: 'core-secrets', topics: [TOPICS.intents], from: 'earliest', handle, onError });
}

/**
 * Writes the checkpoints in the rhythm of the instances' beats. When that does not succeed in time, the beats could not be
 * heard either, and nobody is judged by it.
 */
async function beat(
  options: CommandsRoleOptions,
  duties: readonly Following[],
  instances: Instances,
  stepAll: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { bus, clock, timers, onError, onBeat } = options;
  const pause = pauseWith(timers);
  let lastMs = clock();
  for (;;) {
    await pause(INSTANCE_HEARTBEAT_MS, signal);
    if (signal.aborted) return;
    try {
      const checkpoints = checkpointsOf(duties);
      // To hear whether another process leads, something must be written.
      await bus.publishAtomically(WRITER, checkpoints.length > 0 ? checkpoints : [termRecord(CHECKPOINT, clock())]);
      if (clock() - lastMs > 2 * INSTANCE_HEARTBEAT_MS) instances.allHeard();
      if (await instances.look()) stepAll();
      onBeat();
    } catch (error) {
      if (error instanceof WriterFencedError) throw error;
      instances.allHeard();
      onError(error);
    }
    lastMs = clock();
  }
}

function checkpointsOf(duties: readonly Following[]): BusRecord[] {
  return duties.flatMap(({ name, running }) => {
    const position = running.checkpoint();
    return position === null ? [] : [checkpointRecord(name, position)];
  });
}
