import { TOPIC_SPECS, TOPICS, type Intent } from '@chargestream/contracts';
import type { EventBus, StoredRecord } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import { runProjections, type ReadModel } from '@chargestream/read-model';
import {
  systemClock,
  type Clock,
  type Health,
  type Logger,
  type Metrics,
  type Settings,
} from '@chargestream/service-kit';
import { AggregateStore } from './aggregates/aggregate-store';
import { handleChargerEvents } from './charger-events/charger-events';
import { CommandRouter } from './commands/command-router';
import { pendingCommands } from './commands/recover-commands';
import { CoreMetrics } from './core-metrics';
import { DeadLetters } from './dead-letters';
import { IntentOutcomes } from './intents/intent-outcomes';
import { handleIntents } from './intents/intents';
import { recordOcppMessages } from './ocpp-messages/ocpp-messages';
import { runRegistryPublisher } from './registry/registry-publisher';
import { Progress } from './progress';
import { pauseWith, systemTimers, type Timers } from './timers';
import { UpdatePublisher } from './updates/update-publisher';

export interface CoreOptions {
  bus: EventBus;
  store: EventStore;
  readModel: ReadModel;
  settings: Pick<Settings, 'ocppCallTimeoutMs'>;
  clock?: Clock;
  timers?: Timers;
  logger?: Logger;
  metrics?: Metrics;
  health?: Health;
  /** Aggregates kept in memory (default 20,000; some KB each). */
  cacheSize?: number;
  /** Events of a charger's, connector's or session's stream between snapshots of its state (default 200). */
  snapshotEvery?: number;
}

export interface RunningCore {
  /** Resolves when everything on the bus at the call is stored, and the read model and the tables show it. */
  caughtUp(): Promise<void>;
  /** Commands that have not ended. */
  pendingCommands(): number;
  close(): Promise<void>;
}

/** Added to the time a CALL may take: the way to connect and back. */
const COMMAND_SLACK_MS = 5_000;
/**
 * Under load a batch every so often costs far less than many small ones; what comes after a quiet time is not held back.
 * Together far below the 250 ms in which a frame must show.
 */
const GATHER_EVENTS_MS = 40;
/** The message log is for people. */
const GATHER_MESSAGES_MS = 200;

/** Runs core until `close`: the only writer of the store, and of the tables and updates on the bus. */
export async function startCore(options: CoreOptions): Promise<RunningCore> {
  const { bus, store, readModel, settings, logger, clock = systemClock, timers = systemTimers } = options;
  await bus.ensureTopics(TOPIC_SPECS);
  const pause = pauseWith(timers);
  const progress = new Progress(clock);
  const metrics = new CoreMetrics(options, progress);
  const aggregates = new AggregateStore(store, options.cacheSize ?? 20_000, {
    snapshotEvery: options.snapshotEvery,
    logger,
    onConflict: () => metrics.conflict(),
  });
  const deadLetters = new DeadLetters(bus, clock, logger, (topic) => metrics.parked(topic));
  const outcomes = new IntentOutcomes(bus, clock, logger);
  const updates = new UpdatePublisher(bus, clock, logger);
  const failed = (what: string) => (error: unknown) => {
    progress.failed(what);
    logger?.error({ err: error }, `${what} failed; trying again`);
  };

  const registry = await runRegistryPublisher({
    bus,
    store,
    onPublished: (causationIds) => void outcomes.seen('table', causationIds),
    onError: failed('publishing the registry'),
  });
  const projections = await runProjections({
    readModel,
    store,
    onApplied: async (changes) => {
      await updates.publish(changes);
      await outcomes.seen('readModel', new Set(changes.flatMap(({ causationIds }) => causationIds)));
      progress.succeeded('projecting');
    },
    gatherMs: GATHER_EVENTS_MS,
    onError: failed('projecting'),
  });

  const connections = await bus.openTable(TOPICS.connections);
  const router = new CommandRouter({
    aggregates,
    bus,
    connections,
    timers,
    clock,
    pause,
    graceMs: settings.ocppCallTimeoutMs + COMMAND_SLACK_MS,
    outcomesHandled: () => chargerEvents.caughtUp(),
    onEnded: (outcome) => metrics.commandEnded(outcome),
    logger,
  });
  const onCommandRequested = (intent: Extract<Intent, { type: 'SendCommand' }>) => {
    const { id, tenantId, chargerId, correlationId, data } = intent;
    router.track({ commandId: id, tenantId, chargerId, correlationId, expiresAt: data.expiresAt });
  };
  const consume = async (
    group: string,
    topic: string,
    handle: (records: readonly StoredRecord[]) => Promise<void>,
    gatherMs = 0,
  ) => {
    const handleAndNote = progress.around(topic, handle);
    const onError = failed(`handling ${topic}`);
    const subscription = await bus.subscribe({
      group,
      topics: [topic],
      from: 'earliest',
      handle: handleAndNote,
      gatherMs,
      onError,
    });
    progress.consumes(topic, subscription);
    return subscription;
  };

  const chargerEvents = await consume(
    'core',
    TOPICS.chargerEvents,
    (records) =>
      handleChargerEvents(
        {
          aggregates,
          deadLetters,
          pause,
          onCommandRequested,
          onCommandEvent: (event) => router.commandEvent(event),
          onHandled: metrics.handled,
        },
        records,
      ),
    GATHER_EVENTS_MS,
  );
  const everythingShown = async () => {
    await Promise.all([projections.caughtUp(), registry.caughtUp()]);
  };
  const intents = await consume('core-intents', TOPICS.intents, (records) =>
    handleIntents(
      {
        aggregates,
        deadLetters,
        outcomes,
        pause,
        clock,
        everythingShown,
        onCommandRequested,
      },
      records,
    ),
  );
  const messages = await consume(
    'core-messages',
    TOPICS.ocppMessages,
    (records) => recordOcppMessages({ readModel, deadLetters, updates }, records),
    GATHER_MESSAGES_MS,
  );
  for (const command of await pendingCommands(store)) router.track(command);
  const unregister = options.health?.register('core', () => progress.isHealthy());

  return {
    async caughtUp() {
      await Promise.all([chargerEvents.caughtUp(), intents.caughtUp(), messages.caughtUp()]);
      await router.idle();
      await everythingShown();
    },
    pendingCommands: () => router.pendingCount(),
    async close() {
      progress.stopped();
      unregister?.();
      await Promise.all([chargerEvents.close(), intents.close(), messages.close()]);
      await router.close();
      await aggregates.idle();
      await connections.close();
      await Promise.all([registry.close(), projections.close()]);
    },
  };
}
