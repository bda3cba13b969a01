import { TOPIC_SPECS, TOPICS, type Intent } from '@chargestream/contracts';
import type { EventBus, StoredRecord } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import { runProjections, type ReadModel } from '@chargestream/read-model';
import { systemClock, type Clock, type Logger, type Settings } from '@chargestream/service-kit';
import { AggregateStore } from './aggregates/aggregate-store';
import { handleChargerEvents } from './charger-events/charger-events';
import { CommandRouter } from './commands/command-router';
import { pendingCommands } from './commands/recover-commands';
import { DeadLetters } from './dead-letters';
import { IntentOutcomes } from './intents/intent-outcomes';
import { handleIntents } from './intents/intents';
import { recordOcppMessages } from './ocpp-messages/ocpp-messages';
import { runRegistryPublisher } from './registry/registry-publisher';
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

/** Runs core until `close`: the only writer of the store, and of the tables and updates on the bus. */
export async function startCore(options: CoreOptions): Promise<RunningCore> {
  const { bus, store, readModel, settings, logger, clock = systemClock, timers = systemTimers } = options;
  await bus.ensureTopics(TOPIC_SPECS);
  const pause = pauseWith(timers);
  const aggregates = new AggregateStore(store, options.cacheSize ?? 20_000, { snapshotEvery: options.snapshotEvery, logger });
  const deadLetters = new DeadLetters(bus, clock, logger);
  const outcomes = new IntentOutcomes(bus, clock, logger);
  const updates = new UpdatePublisher(bus, clock, logger);
  const failed = (what: string) => (error: unknown) => logger?.error({ err: error }, `${what} failed; trying again`);

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
    },
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
    logger,
  });
  const onCommandRequested = (intent: Extract<Intent, { type: 'SendCommand' }>) => {
    const { id, tenantId, chargerId, correlationId, data } = intent;
    router.track({ commandId: id, tenantId, chargerId, correlationId, expiresAt: data.expiresAt });
  };
  const consume = (group: string, topic: string, handle: (records: readonly StoredRecord[]) => Promise<void>) =>
    bus.subscribe({ group, topics: [topic], from: 'earliest', handle, onError: failed(`handling ${topic}`) });

  const chargerEvents = await consume('core', TOPICS.chargerEvents, (records) =>
    handleChargerEvents(
      { aggregates, deadLetters, pause, onCommandRequested, onCommandEvent: (event) => router.commandEvent(event) },
      records,
    ),
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
  const messages = await consume('core-messages', TOPICS.ocppMessages, (records) =>
    recordOcppMessages({ readModel, deadLetters, updates }, records),
  );
  for (const command of await pendingCommands(store)) router.track(command);

  return {
    async caughtUp() {
      await Promise.all([chargerEvents.caughtUp(), intents.caughtUp(), messages.caughtUp()]);
      await router.idle();
      await everythingShown();
    },
    pendingCommands: () => router.pendingCount(),
    async close() {
      await Promise.all([chargerEvents.close(), intents.close(), messages.close()]);
      await router.close();
      await aggregates.idle();
      await connections.close();
      await Promise.all([registry.close(), projections.close()]);
    },
  };
}
