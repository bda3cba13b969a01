import { toBusRecord, TOPICS, type Intent, type Update } from '@chargestream/contracts';
import type { Rejection } from '@chargestream/domain';
import type { EventBus } from '@chargestream/event-bus';
import type { Logger } from '@chargestream/service-kit';
import { LRUCache } from 'lru-cache';

type Evidence = 'readModel' | 'table';
type Waiting = { intent: Intent; missing: Set<Evidence> };

/** Intents nobody confirmed for so many others are given up: their callers have long stopped waiting. */
const MAX_WAITING = 20_000;

/**
 * Tells callers how their intents ended. `applied` is told only when everything shows the effect: the read model, and
 * for chargers and tokens the table connect lives by.
 */
export class IntentOutcomes {
  private readonly waiting = new LRUCache<string, Waiting>({ max: MAX_WAITING });

  constructor(
    private readonly bus: EventBus,
    private readonly clock: () => number,
    private readonly logger: Logger | undefined,
  ) {}

  /** Before the append, so that no evidence can come too early. */
  expect(intent: Intent): void {
    const missing = new Set<Evidence>(intent.type === 'SendCommand' ? ['readModel'] : ['readModel', 'table']);
    this.waiting.set(intent.id, { intent, missing });
  }

  /** After an append that failed or was not needed. */
  forget(intent: Intent): void {
    this.waiting.delete(intent.id);
  }

  async seen(evidence: Evidence, causationIds: Iterable<string>): Promise<void> {
    const applied: Intent[] = [];
    for (const id of causationIds) {
      const waiting = this.waiting.get(id);
      if (waiting === undefined || !waiting.missing.delete(evidence) || waiting.missing.size > 0) continue;
      this.waiting.delete(id);
      applied.push(waiting.intent);
    }
    if (applied.length > 0) await this.publish(applied.map((intent) => ({ intent, error: null })));
  }

  async applied(intent: Intent): Promise<void> {
    await this.publish([{ intent, error: null }]);
  }

  async rejected(intent: Intent, { rejected, message }: Rejection): Promise<void> {
    this.forget(intent);
    await this.publish([{ intent, error: { code: rejected, message } }]);
  }

  /** A hint to somebody who waits: when the bus is away the caller's wait ends in a timeout, and nothing is lost. */
  private async publish(outcomes: { intent: Intent; error: Extract<Update, { kind: 'intent' }>['error'] }[]) {
    const at = new Date(this.clock()).toISOString();
    const records = outcomes.map(({ intent, error }) => {
      const outcome = error === null ? 'applied' : 'rejected';
      const update: Update = { kind: 'intent', intentId: intent.id, tenantId: intent.tenantId, outcome, error, at };
      return toBusRecord(TOPICS.updates, intent.id, { id: intent.id, type: 'IntentOutcome', source: '/core' }, update);
    });
    try {
      await this.bus.publish(records);
    } catch (error) {
      this.logger?.warn({ err: error, intents: outcomes.length }, 'outcomes of intents could not be told');
    }
  }
}
