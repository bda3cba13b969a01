import { TOPICS } from '@chargestream/contracts';
import type { BusRecord, EventBus, StoredRecord } from '@chargestream/event-bus';
import type { Logger } from '@chargestream/service-kit';

/** Where records go that can never be handled: their bytes as they were, where they came from, and the error. */
export class DeadLetters {
  constructor(
    private readonly bus: EventBus,
    private readonly clock: () => number,
    private readonly logger: Logger | undefined,
    private readonly onParked?: (topic: string) => void,
  ) {}

  /** For one batch of records: what is parked of it is published together, or comes again with it. */
  batch(): DeadLetterBatch {
    return new DeadLetterBatch(this.bus, this.clock, this.logger, this.onParked);
  }
}

export class DeadLetterBatch {
  private parked: BusRecord[] = [];

  constructor(
    private readonly bus: EventBus,
    private readonly clock: () => number,
    private readonly logger: Logger | undefined,
    private readonly onParked?: (topic: string) => void,
  ) {}

  park(record: StoredRecord, error: unknown): void {
    const message = describe(error);
    const from = `${record.topic}/${record.partition}/${record.offset}`;
    this.logger?.error({ err: error, key: record.key, from }, 'record parked in dead letters');
    this.parked.push({
      topic: TOPICS.deadLetters,
      key: record.key,
      value: record.value,
      headers: {
        ...record.headers,
        dead_letter_error: message,
        /** topic/partition/offset: also tells a repeat, when a batch comes again. */
        dead_letter_from: from,
        dead_letter_at: new Date(this.clock()).toISOString(),
      },
    });
  }

  /** @throws BusUnavailableError; the batch that parked them comes again then. */
  async flush(): Promise<void> {
    if (this.parked.length === 0) return;
    const records = this.parked;
    this.parked = [];
    await this.bus.publish(records);
    for (const { headers } of records) this.onParked?.(String(headers?.dead_letter_from).split('/')[0]!);
  }
}

function describe(error: unknown): string {
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause) messages.push(at.message);
  return (messages.length > 0 ? messages.join(': ') : String(error)).slice(0, 2_000);
}
