import { chargerKey, type RegistryEntry } from '@chargestream/contracts';
import type { CompactedTable } from '@chargestream/event-bus';

export type RegistryListener = (
  entry: RegistryEntry | undefined,
  before: RegistryEntry | undefined,
  key: string,
) => void;

/** This instance's copy of the registry, complete before the first charger is let in. */
export class ChargerRegistry {
  private readonly chargers = new Map<string, RegistryEntry>();
  private readonly listeners = new Set<RegistryListener>();
  private readonly stop: () => void;

  constructor(private readonly table: CompactedTable) {
    for (const { key, value } of table.entries()) this.chargers.set(key, parse(value));
    this.stop = table.onChange((key, entry) => this.learn(key, entry && parse(entry.value)));
  }

  get(tenantId: string, chargerId: string): RegistryEntry | undefined {
    return this.chargers.get(chargerKey(tenantId, chargerId));
  }

  /** By `chargerKey`, for who has it at hand. */
  byKey(key: string): RegistryEntry | undefined {
    return this.chargers.get(key);
  }

  /** @returns the function that stops the listener. */
  onChange(listener: RegistryListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.stop();
    await this.table.close();
  }

  private learn(key: string, entry: RegistryEntry | undefined): void {
    const before = this.chargers.get(key);
    if (entry) this.chargers.set(key, entry);
    else this.chargers.delete(key);
    for (const listener of this.listeners) listener(entry, before, key);
  }
}

function parse(value: Buffer): RegistryEntry {
  return JSON.parse(value.toString('utf8')) as RegistryEntry;
}
