import { randomUUID } from 'node:crypto';
import { toBusRecord, TOPICS, type OcppMessageEntry, type OutgoingRecord } from '@chargestream/contracts';
import type { EventBus } from '@chargestream/event-bus';
import type { ConnectMetrics } from '../connect-metrics';

/** How long the first frame waits for others. Live views of the log are that much behind. */
const FLUSH_AFTER_MS = 100;
/** So many are published without waiting. */
const FLUSH_AT = 2_000;
/** Text of one record, at most: records stay below the megabyte that brokers take. Frames are at most 64 KiB by default. */
const CHARACTERS_PER_RECORD = 400_000;
/** What may wait while the bus is slow or away; beyond it frames are lost to the log, and counted. */
const MAX_WAITING = 20_000;
const MAX_WAITING_CHARACTERS = 32_000_000;

/**
 * The raw frames, both directions, already redacted; those of one charger share records. Nothing waits for it and nothing fails
 * because of it.
 */
export class MessageLog {
  private waiting = new Map<string, OcppMessageEntry[]>();
  private count = 0;
  private characters = 0;
  private timer: NodeJS.Timeout | null = null;
  private publishing: Promise<void> | null = null;

  constructor(
    private readonly bus: EventBus,
    private readonly metrics: ConnectMetrics,
    private readonly source: string,
  ) {}

  record(key: string, entry: OcppMessageEntry): void {
    if (this.count >= MAX_WAITING || this.characters > MAX_WAITING_CHARACTERS) return this.metrics.logEntriesLost(1);
    const frames = this.waiting.get(key);
    if (frames) frames.push(entry);
    else this.waiting.set(key, [entry]);
    this.count += 1;
    this.characters += entry.raw.length;
    // Not at once: which session the last frame is about shows in this same moment.
    if (this.count === FLUSH_AT) queueMicrotask(() => void this.flush());
    else this.timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER_MS).unref();
  }

  /** Publishes what waits. Never rejects. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (this.publishing) await this.publishing;
    if (this.count === 0) return;
    const { waiting, count } = this;
    this.waiting = new Map();
    this.count = 0;
    this.characters = 0;
    this.publishing = this.publish(waiting, count);
    await this.publishing;
  }

  private async publish(waiting: ReadonlyMap<string, OcppMessageEntry[]>, count: number): Promise<void> {
    try {
      await this.bus.publish([...waiting].flatMap(([key, frames]) => this.recordsOf(key, frames)));
    } catch {
      this.metrics.logEntriesLost(count);
    } finally {
      this.publishing = null;
    }
  }

  private recordsOf(key: string, frames: readonly OcppMessageEntry[]): OutgoingRecord[] {
    return shared(frames).map((part) => {
      const identity = { id: randomUUID(), type: 'OcppMessages', source: this.source };
      return toBusRecord(TOPICS.ocppMessages, key, identity, part);
    });
  }
}

/** Parts that fit into a record, in order. */
function shared(frames: readonly OcppMessageEntry[]): OcppMessageEntry[][] {
  const parts: OcppMessageEntry[][] = [];
  let room = 0;
  for (const frame of frames) {
    room -= frame.raw.length;
    if (room < 0 || parts.length === 0) {
      parts.push([]);
      room = CHARACTERS_PER_RECORD - frame.raw.length;
    }
    parts.at(-1)?.push(frame);
  }
  return parts;
}
