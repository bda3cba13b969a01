import type { EventStore, NewEvent } from '@chargestream/event-store';

const METADATA_OF = '$$';
const REMEMBERED = 100_000;

/**
 * `$maxCount` of streams, as their metadata has it. The double deletes at once what EventStoreDB hides at once and deletes with
 * the next scavenge; what was hidden comes back there when the number is raised, here it does not.
 */
export class MaxCounts {
  private readonly known = new Map<string, number | null>();

  constructor(private readonly store: EventStore) {}

  async appended(stream: string, events: readonly NewEvent[]): Promise<void> {
    if (!stream.startsWith(METADATA_OF)) return this.cut(stream);
    const cut = stream.slice(METADATA_OF.length);
    this.known.set(cut, maxCountIn(events.at(-1)?.data));
    await this.store.keepNewest(stream, 1);
    await this.cut(cut);
  }

  private async cut(stream: string): Promise<void> {
    const count = await this.of(stream);
    if (count !== null) await this.store.keepNewest(stream, count);
  }

  private async of(stream: string): Promise<number | null> {
    const known = this.known.get(stream);
    if (known !== undefined) return known;
    let count: number | null = null;
    const newest = this.store.readStream(METADATA_OF + stream, { direction: 'backwards', limit: 1 });
    for await (const { data } of newest) count = maxCountIn(data);
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(stream, count);
    return count;
  }
}

function maxCountIn(data: unknown): number | null {
  const count: unknown = (data as { $maxCount?: unknown } | null)?.$maxCount;
  return Number.isSafeInteger(count) && (count as number) > 0 ? (count as number) : null;
}
