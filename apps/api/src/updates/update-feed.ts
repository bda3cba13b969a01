import { fromBusRecord, TOPICS, type Update, type UpdatedEntity } from '@chargestream/contracts';
import type { EventBus, Subscription } from '@chargestream/event-bus';
import type { Logger } from '@chargestream/service-kit';
import { LatestChanges } from './latest-changes';

export type ChangedUpdate = Extract<Update, { kind: 'changed' }>;
export type IntentUpdate = Extract<Update, { kind: 'intent' }>;

export interface ChangeFilter {
  tenantId: string;
  entities: readonly UpdatedEntity[];
  chargerId?: string | null;
  /** Of the entity. */
  id?: string | null;
  /** A charger whose changes are told too; asked at each of them. */
  orCharger?: () => string | null;
}

/** Follows the topic `updates` once for all of this process's subscribers. */
export class UpdateFeed {
  private subscription: Subscription | undefined;
  private readonly listeners = new Set<(update: Update) => void>();

  constructor(
    private readonly bus: EventBus,
    private readonly group: string,
    private readonly logger?: Logger,
  ) {}

  async start(): Promise<void> {
    this.subscription = await this.bus.subscribe({
      group: this.group,
      topics: [TOPICS.updates],
      from: 'latest',
      handle: async (records) => {
        for (const record of records) this.deliver(record);
      },
      onError: (error) => this.logger?.error({ err: error }, 'Reading the topic of updates failed; trying again'),
    });
  }

  async close(): Promise<void> {
    await this.subscription?.close();
    this.listeners.clear();
  }

  /** @returns the function that stops it. */
  listen(listener: (update: Update) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Changes from now on, coalesced per entity for a reader that is slow. Ends when the reader leaves.
   * @param first also told at once, as if it had just changed.
   */
  changes(filter: ChangeFilter, first?: ChangedUpdate): AsyncIterableIterator<ChangedUpdate> {
    const queue = new LatestChanges(() => stop());
    if (first) queue.push(first);
    const stop = this.listen((update) => {
      if (update.kind !== 'changed' || !matches(update, filter)) return;
      for (const id of update.ids ?? [update.id]) queue.push({ ...update, id });
    });
    return queue;
  }

  private deliver(record: { value: Buffer | null }): void {
    let update: Update | null;
    try {
      update = fromBusRecord<Update>(record);
    } catch (error) {
      this.logger?.warn({ err: error }, 'A record on the topic of updates is not JSON; skipped');
      return;
    }
    if (update === null) return;
    for (const listener of this.listeners) listener(update);
  }
}

function matches(update: ChangedUpdate, filter: ChangeFilter): boolean {
  if (update.tenantId !== filter.tenantId) return false;
  if (update.entity === 'charger' && update.chargerId === filter.orCharger?.()) return true;
  if (!filter.entities.includes(update.entity)) return false;
  if (filter.chargerId && update.chargerId !== filter.chargerId) return false;
  return !filter.id || update.id === filter.id;
}
