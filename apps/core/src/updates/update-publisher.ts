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
    const records = together(changes).map(({ entity, tenantId, chargerId, id, ids }) => {
      const update: Update = { kind: 'changed', entity, tenantId, chargerId, id, ...(ids && { ids }), at };
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

/** Frames of one charger are told in one record: a busy one has hundreds to a batch. */
function together(changes: readonly Change[]): (Change & { ids?: string[] })[] {
  const frames = new Map<string, Change & { ids: string[] }>();
  const others: Change[] = [];
  for (const change of changes) {
    if (change.entity !== 'ocppMessage') {
      others.push(change);
      continue;
    }
    const key = JSON.stringify([change.tenantId, change.chargerId]);
    const known = frames.get(key);
    if (known) known.ids.push(change.id);
    else frames.set(key, { ...change, ids: [change.id] });
  }
  return [...others, ...frames.values()];
}
