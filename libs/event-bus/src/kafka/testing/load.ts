import { setTimeout as pause } from 'node:timers/promises';
import type { EventBus, RecordPosition, StoredRecord } from '../../port';

/** Publishes numbered records under several keys, all the time, and remembers what became of each. */
export class Load {
  /** By key: the numbers that were acknowledged, with their positions, and those that were refused. */
  readonly acknowledged = new Map<string, Map<number, RecordPosition>>();
  readonly refused = new Map<string, Set<number>>();
  /** The longest that a publish took, milliseconds. */
  slowestMs = 0;
  private running = true;
  private readonly done: Promise<void>;
  private readonly publishes: Promise<void>[] = [];

  constructor(
    private readonly bus: EventBus,
    private readonly topic: string,
    keys: readonly string[],
    private readonly everyMs: number,
  ) {
    for (const key of keys) {
      this.acknowledged.set(key, new Map());
      this.refused.set(key, new Set());
    }
    this.done = this.run();
  }

  count(): number {
    return [...this.acknowledged.values()].reduce((sum, numbers) => sum + numbers.size, 0);
  }

  countRefused(): number {
    return [...this.refused.values()].reduce((sum, numbers) => sum + numbers.size, 0);
  }

  /** Waits for every publish to end, one way or the other. */
  async stop(): Promise<void> {
    this.running = false;
    await this.done;
    await Promise.all(this.publishes);
  }

  private async run(): Promise<void> {
    for (let number = 0; this.running; number++) {
      // Not awaited: the order of a key must hold all the same.
      for (const key of this.acknowledged.keys()) this.publishes.push(this.publish(key, number));
      await pause(this.everyMs);
    }
  }

  private async publish(key: string, number: number): Promise<void> {
    const started = Date.now();
    try {
      const [position] = await this.bus.publish([{ topic: this.topic, key, value: Buffer.from(String(number)) }]);
      this.acknowledged.get(key)!.set(number, position!);
    } catch {
      this.refused.get(key)!.add(number);
    }
    this.slowestMs = Math.max(this.slowestMs, Date.now() - started);
  }
}

/** What is wrong with what was read back, once: lost, doubled, out of order, at another place than was answered. */
export function verdict(load: Load, stored: readonly StoredRecord[]) {
  const found = { lost: 0, doubled: 0, outOfOrder: 0, misplaced: 0 };
  for (const [key, acknowledged] of load.acknowledged) {
    const ofKey = stored.filter((record) => record.key === key);
    const numbers = ofKey.map((record) => Number(record.value?.toString()));
    const offsets = new Map(ofKey.map((record, index) => [numbers[index]!, record.offset]));
    found.doubled += numbers.length - new Set(numbers).size;
    found.outOfOrder += numbers.filter((number, index) => index > 0 && number < numbers[index - 1]!).length;
    for (const [number, { offset }] of acknowledged) {
      if (!offsets.has(number)) found.lost++;
      else if (offsets.get(number) !== offset) found.misplaced++;
    }
  }
  return found;
}

export const FLAWLESS = { lost: 0, doubled: 0, outOfOrder: 0, misplaced: 0 };
