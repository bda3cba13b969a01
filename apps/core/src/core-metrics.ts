import { STREAM_PREFIXES } from '@chargestream/contracts';
import type { EventStore } from '@chargestream/event-store';
import type { ReadModel } from '@chargestream/read-model';
import type { Metrics } from '@chargestream/service-kit';
import type { Progress } from './progress';
import { ROLES, type Roles } from './roles';

type Counted = { inc(value?: number): void };

/** Beyond this the lag of the projections is not counted further: counting reads the events. */
const MAX_COUNTED_LAG = 10_000;

/** Core's numbers. The labelled children are looked up once; lags are read when somebody scrapes. */
export class CoreMetrics {
  private readonly handledByType = new Map<string, Counted>();
  private readonly metrics: Metrics | undefined;
  private readonly handledTotal;
  private readonly parkedTotal;
  private readonly commandsTotal;
  private readonly conflictsTotal;

  constructor(
    options: {
      metrics: Metrics | undefined;
      store: EventStore;
      readModel: () => Promise<ReadModel>;
      roles: Pick<Roles, 'isLeader'>;
    },
    progress: Progress,
  ) {
    const { metrics } = options;
    this.metrics = metrics;
    this.handledTotal = metrics?.counter('core_events_handled_total', 'Chargers’ events that are stored', ['type']);
    this.parkedTotal = metrics?.counter(
      'core_dead_letters_total',
      'Records parked in dead letters: poison, or behind a poison one of the same charger',
      ['topic', 'reason'],
    );
    this.commandsTotal = metrics?.counter('core_commands_ended_total', 'Commands that ended', ['outcome']);
    this.conflictsTotal = metrics?.counter(
      'core_append_conflicts_total',
      'Appends that were decided again because another writer was faster',
    );
    metrics?.gauge('core_consumer_lag_records', 'Records on the bus not yet handled', ['topic'], async (gauge) => {
      for (const { topic, records } of await progress.lags()) gauge.set({ topic }, records);
    });
    metrics?.gauge(
      'core_consumer_lag_seconds',
      'Age of the oldest record in hand; 0 when there is none',
      ['topic'],
      async (gauge) => {
        for (const { topic, ageS } of await progress.lags()) gauge.set({ topic }, ageS);
      },
    );
    metrics?.gauge(
      'core_projection_lag_events',
      `Stored events the read model does not show yet, ${MAX_COUNTED_LAG} at most`,
      [],
      async (gauge) => {
        if (!progress.isRunning()) return;
        const lag = await projectionLag(options.store, options.readModel).catch(() => null);
        // While the read model is away nobody knows; what was known before would be wrong.
        if (lag === null) gauge.remove();
        else gauge.set(lag);
      },
    );
    metrics?.gauge('core_leader', '1 where this core leads the role', ['role'], (gauge) => {
      for (const role of ROLES) gauge.set({ role }, progress.isRunning() && options.roles.isLeader(role) ? 1 : 0);
    });
  }

  readonly handled = (type: string): void => {
    if (this.handledTotal === undefined) return;
    let counter = this.handledByType.get(type);
    if (counter === undefined) this.handledByType.set(type, (counter = this.handledTotal.labels({ type })));
    counter.inc();
  };

  parked(topic: string, reason: string): void {
    this.parkedTotal?.labels({ topic, reason }).inc();
  }

  /** Of all cores, whichever is asked. */
  parkedKeys(count: () => number): void {
    this.metrics?.gauge('core_parked_keys', 'Chargers whose events wait behind a dead letter', [], (gauge) => {
      gauge.set(count());
    });
  }

  commandEnded(outcome: string): void {
    this.commandsTotal?.labels({ outcome }).inc();
  }

  conflict(): void {
    this.conflictsTotal?.inc();
  }
}

async function projectionLag(store: EventStore, open: () => Promise<ReadModel>): Promise<number> {
  let lag = 0;
  const readModel = await open();
  const waiting = store.readAll({ from: await readModel.checkpoint(), streamPrefixes: Object.values(STREAM_PREFIXES) });
  for await (const _ of waiting) {
    lag += 1;
    if (lag >= MAX_COUNTED_LAG) break;
  }
  return lag;
}
