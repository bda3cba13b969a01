import { eventId, toBusRecord, TOPICS, type Update, type UpdatedEntity } from '@chargestream/contracts';
import type { EventBus } from '@chargestream/event-bus';
import type { Logger } from '@chargestream/service-kit';

/** What the read model says it changed; one for each entity of a batch. */
export interface Change {
  entity: UpdatedEntity;
  tenantId: string;
  chargerId: string | null;
  id: string;
}

/** Tells live queries what changed. Hints: a client that misses one sees the same by asking. */
export class UpdatePublisher {
  constructor(
    private readonly bus: EventBus,
    private readonly clock: () => number,
    private readonly logger: Logger | undefined,
  ) {}

  async publish(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    const at = new Date(this.clock()).toISOString();
    const records = changes.map(({ entity, tenantId, chargerId, id }) => {
      const update: Update = { kind: 'changed', entity, tenantId, chargerId, id, at };
      const identity = { id: eventId('changed', entity, id, at), type: 'Changed', source: '/core' };
      return toBusRecord(TOPICS.updates, id, identity, update);
    });
    try {
      await this.bus.publish(records);
    } catch (error) {
      this.logger?.warn({ err: error, changes: changes.length }, 'live updates could not be told');
    }
  }
}
