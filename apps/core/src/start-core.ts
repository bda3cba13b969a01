import { randomUUID } from 'node:crypto';
import { TOPIC_SPECS, TOPICS } from '@chargestream/contracts';
import type { CertificateSigner } from '@chargestream/certificates';
import type { EventBus, StoredRecord } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import {
  systemClock,
  type Clock,
  type Health,
  type Logger,
  type Metrics,
  type Settings,
} from '@chargestream/service-kit';
import { AggregateStore } from './aggregates/aggregate-store';
import { certificateDuty } from './certificates/certificate-duty';
import { signerOf, type SigningSettings } from './certificates/signer-of-settings';
import { handleChargerEvents } from './charger-events/charger-events';
import { Continuity } from './charger-events/continuity';
import { Checkpoints } from './checkpoints';
import { leadCommands, type LeadingCommands } from './commands/commands-role';
import { CoreMetrics } from './core-metrics';
import { DeadLetters, type LetterReason } from './dead-letters';
import { caughtUp, type Follower } from './followers';
import { registerHealth } from './health-parts';
import { IntentOutcomes, OUTCOMES_PUBLISHER, OUTCOMES_STREAMS } from './intents/intent-outcomes';
import { handleIntents } from './intents/intents';
import { recordOcppMessages } from './ocpp-messages/ocpp-messages';
import { Progress } from './progress';
import { leadProjections, PROJECTED_STREAMS } from './projections-role';
import { operationDuty } from './operations/operation-duty';
import { publishers, runPublishers } from './publishers/publishers-role';
import { REGISTRY_PUBLISHER, REGISTRY_STREAMS } from './publishers/registry';
import { openOnUse, type ReadModelSource } from './read-model-source';
import { reservationDuty } from './reservations/reservation-duty';
import { Roles } from './roles';
import { pauseWith, systemTimers, type Timers } from './timers';
import { UpdatePublisher } from './updates/update-publisher';

export interface CoreOptions {
  bus: EventBus;
  store: EventStore;
  /** A function is called until it succeeds: core runs while the read model is away. */
  readModel: ReadModelSource;
  settings: Pick<Settings, 'ocppCallTimeoutMs'> & Partial<SigningSettings & Pick<Settings, 'operationStalledS'>>;
  /** Who signs chargers' certificates; what the settings say where it is not given. */
  signer?: CertificateSigner;
  clock?: Clock;
  timers?: Timers;
  newId?: () => string;
  logger?: Logger;
  metrics?: Metrics;
  health?: Health;
  /** Aggregates kept in memory (default 20,000; some KB each). */
  cacheSize?: number;
  /** Events of a charger's, connector's or session's stream between snapshots of its state (default 200). */
  snapshotEvery?: number;
}

export interface RunningCore {
  /**
   * Resolves when everything on the bus at the call is stored, and the read model and the tables show it, whichever core
   * does which part. What the router of commands does then is waited for only where it runs here.
   */
  caughtUp(): Promise<void>;
  /** Commands that have not ended, as far as the router of commands runs here. */
  pendingCommands(): number;
  close(): Promise<void>;
}

/** For how long a charger may be silent about an operation where the settings do not say. */
const DEFAULT_STALLED_S = 1_800;
/** Added to the time a CALL may take: the way to connect and back. */
const COMMAND_SLACK_MS = 5_000;
/**
 * Under load a batch every so often costs far less than many small ones; what comes after a quiet time is not held back.
 * Together far below the 250 ms in which a frame must show.
 */
const GATHER_EVENTS_MS = 40;
const BEGIN_MS = 10;
/** The message log is for people. */
const GATHER_MESSAGES_MS = 200;

/**
 * Runs core until `close`: it writes the store, and the tables and updates on the bus. Any number of cores run at once:
 * they share the topics' partitions, and what must be done once one of them does, as the leader of a role.
 */
export async function startCore(options: CoreOptions): Promise<RunningCore> {
  const { bus, store, settings, logger, clock = systemClock, timers = systemTimers, newId = randomUUID } = options;
  const { operationStalledS: stalledS = DEFAULT_STALLED_S } = settings;
  const signer = options.signer ?? signerOf(settings, clock);
  await bus.ensureTopics(TOPIC_SPECS);
  const closing = new AbortController();
  const pause = pauseWith(timers);
  const readModel = openOnUse(options.readModel);
  const progress = new Progress(clock);
  const failed = (what: string) => (error: unknown) => {
    progress.failed(what);
    logger?.error({ err: error }, `${what} failed; trying again`);
  };
  const roles = new Roles(bus, (role, error) => failed(role)(error));
  const metrics = new CoreMetrics({ metrics: options.metrics, store, readModel, roles }, progress);
  const aggregates = new AggregateStore(store, options.cacheSize ?? 20_000, {
    snapshotEvery: options.snapshotEvery,
    logger,
    onConflict: () => metrics.conflict(),
  });
  const onParked = (topic: string, reason: LetterReason) => metrics.parked(topic, reason);
  const deadLetters = await DeadLetters.open({ bus, clock, pause, logger, onParked });
  metrics.parkedKeys(() => deadLetters.parkedKeys());
  const updates = new UpdatePublisher(bus, clock, logger);

  const checkpoints = await Checkpoints.open(bus);
  const follower = (name: string, streamPrefixes: readonly string[]): Follower => ({
    streamPrefixes,
    position: async () => checkpoints.position(name),
  });
  const projected: Follower = {
    streamPrefixes: PROJECTED_STREAMS,
    position: async () => (await readModel()).checkpoint(),
  };
  const tables = follower(REGISTRY_PUBLISHER, REGISTRY_STREAMS);
  const waiting = { store, pause, signal: closing.signal };
  const shown = { ...waiting, readModel: projected, tables };
  const outcomes = new IntentOutcomes({ ...shown, bus, clock, logger });

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

  const continuity = new Continuity();
  const chargerEvents = await consume(
    'core',
    TOPICS.chargerEvents,
    async (records) => {
      const asOf = continuity.asOf(records);
      await handleChargerEvents({ aggregates, deadLetters, pause, asOf, onHandled: metrics.handled }, records);
      continuity.handled(records);
    },
    GATHER_EVENTS_MS,
  );
  const intents = await consume('core-intents', TOPICS.intents, (records) =>
    handleIntents({ aggregates, deadLetters, outcomes, pause, clock }, records),
  );
  const messages = await consume(
    'core-messages',
    TOPICS.ocppMessages,
    async (records) => recordOcppMessages({ readModel: await readModel(), deadLetters, updates }, records),
    GATHER_MESSAGES_MS,
  );

  const publishing = { bus, store, clock, pause, onPublished: (name: string) => progress.succeeded(partOf(name)) };
  let commands: LeadingCommands | null = null;
  await roles.stand('publishers', (signal) =>
    runPublishers({ ...publishing, signal, onError: (error, name) => failed(partOf(name))(error) }),
  );
  await roles.stand('projections', (signal) =>
    leadProjections(
      {
        ...publishing,
        readModel,
        shown,
        gatherMs: GATHER_EVENTS_MS,
        onApplied: async (changes) => {
          await updates.publish(changes);
          progress.succeeded('projections');
        },
        onError: (error, name) => failed(name === OUTCOMES_PUBLISHER ? partOf(name) : name)(error),
      },
      signal,
    ),
  );
  await roles.stand('commands', async (signal) => {
    try {
      await leadCommands(
        {
          aggregates,
          bus,
          store,
          timers,
          clock,
          pause,
          newId,
          graceMs: settings.ocppCallTimeoutMs + COMMAND_SLACK_MS,
          duties: [
            reservationDuty({ aggregates, timers, clock, pause, logger }),
            operationDuty({ aggregates, timers, clock, pause, logger, stalledS }),
            certificateDuty({ store, signer, timers, clock, pause, logger }),
          ],
          outcomesHandled: () => chargerEvents.caughtUp(),
          onEnded: (outcome) => metrics.commandEnded(outcome),
          onError: failed('commands'),
          onBeat: () => progress.succeeded('commands'),
          logger,
        },
        signal,
        (leading) => (commands = leading),
      );
    } finally {
      commands = null;
    }
  });
  const unregister = options.health === undefined ? undefined : registerHealth(options.health, progress);

  const allShown = async () => {
    const published = publishers({ bus, store })
      .map((create) => create())
      .map(({ name, streamPrefixes }) => follower(name, streamPrefixes));
    const followers = [projected, ...published, follower(OUTCOMES_PUBLISHER, OUTCOMES_STREAMS)];
    await Promise.all(followers.map((one) => caughtUp(one, waiting)));
  };

  return {
    async caughtUp() {
      await Promise.all([chargerEvents.caughtUp(), intents.caughtUp(), messages.caughtUp()]);
      // A role that was just given begins a moment later.
      while (roles.isLeader('commands') && commands === null) await pause(BEGIN_MS);
      await commands?.caughtUp();
      await allShown();
      await outcomes.idle();
    },
    pendingCommands: () => commands?.pendingCount() ?? 0,
    async close() {
      progress.stopped();
      unregister?.();
      await Promise.all([chargerEvents.close(), intents.close(), messages.close()]);
      closing.abort();
      await roles.close();
      await outcomes.idle();
      await aggregates.idle();
      await Promise.all([checkpoints.close(), deadLetters.close()]);
    },
  };
}

function partOf(name: string): string {
  return `publishing ${name}`;
}
