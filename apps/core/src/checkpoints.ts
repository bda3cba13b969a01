import { TOPICS, type CheckpointEntry } from '@chargestream/contracts';
import type { CompactedTable, EventBus } from '@chargestream/event-bus';

/** How far the publishers have followed the store, whichever process runs them: a copy of `csms.checkpoints.v1`. */
export class Checkpoints {
  private constructor(private readonly table: CompactedTable) {}

  static async open(bus: EventBus): Promise<Checkpoints> {
    return new Checkpoints(await bus.openTable(TOPICS.checkpoints));
  }

  position(name: string): string | null {
    const entry = this.table.get(name);
    return entry === undefined ? null : (JSON.parse(entry.value.toString('utf8')) as CheckpointEntry).position;
  }

  close(): Promise<void> {
    return this.table.close();
  }
}
