import {
  chargerEventRecord,
  chargerKey,
  eventId,
  INSTANCE_GONE_MS,
  toBusRecord,
  TOPICS,
  type ChargerEventOf,
  type ConnectionEntry,
  type InstanceEntry,
} from '@chargestream/contracts';
import type { Owner } from '@chargestream/domain';
import type { BusRecord, CompactedTable, EventBus } from '@chargestream/event-bus';
import type { Logger } from '@chargestream/service-kit';

export interface InstancesOptions {
  bus: EventBus;
  instances: CompactedTable;
  connections: CompactedTable;
  clock: () => number;
  logger: Logger | undefined;
}

const SOURCE = '/core';
const CLOSE_AT_ONCE = 500;
/** As if the peer had vanished (RFC 6455 §7.4.1). */
const ABNORMAL_CLOSURE = 1006;

/**
 * Knows which processes of connect are alive, by their beats, and closes the connections that dead ones left open. How
 * long ago a beat came is measured here, by one clock; the beats' own times are not compared with it.
 */
export class Instances {
  private readonly heardAtMs = new Map<string, number>();
  private readonly bootIds = new Map<string, string>();
  private readonly gone = new Set<string>();
  /** Instances whose connections must be looked at. */
  private readonly suspects = new Set<string>();
  private readonly stopListening: () => void;

  constructor(private readonly options: InstancesOptions) {
    for (const { key } of options.instances.entries()) this.changed(key);
    this.stopListening = options.instances.onChange((instanceId) => this.changed(instanceId));
  }

  bootIdOf(instanceId: string): string | null {
    return this.entryOf(instanceId)?.bootId ?? null;
  }

  /** Whether the process that had a connection is gone. One that never beat is not judged: it may not know how. */
  isLost({ instanceId }: Owner, bootId: string | null): boolean {
    if (this.gone.has(instanceId)) return true;
    return bootId !== null && this.bootIdOf(instanceId) !== bootId;
  }

  /** Nobody's silence counts up to now: it was we who could not hear. */
  allHeard(): void {
    const now = this.options.clock();
    for (const { key } of this.options.instances.entries()) this.heardAtMs.set(key, now);
  }

  /**
   * Judges who is gone and closes their connections.
   * @returns whether anything changed that a command may wait for
   * @throws BusUnavailableError; the same is tried again at the next look.
   */
  async look(): Promise<boolean> {
    const { clock, logger } = this.options;
    for (const [instanceId, heardAtMs] of this.heardAtMs) {
      if (this.gone.has(instanceId) || clock() - heardAtMs < INSTANCE_GONE_MS) continue;
      logger?.warn({ instanceId, silentMs: clock() - heardAtMs }, 'an instance of connect is gone');
      this.gone.add(instanceId);
      this.suspects.add(instanceId);
    }
    if (this.suspects.size === 0) return false;
    const looked = [...this.suspects];
    await this.closeLeftOpen(new Set(looked));
    for (const instanceId of looked) this.suspects.delete(instanceId);
    return true;
  }

  close(): void {
    this.stopListening();
  }

  private changed(instanceId: string): void {
    const entry = this.entryOf(instanceId);
    this.gone.delete(instanceId);
    if (entry?.bootId !== this.bootIds.get(instanceId)) this.suspects.add(instanceId);
    if (entry === undefined) {
      this.heardAtMs.delete(instanceId);
      this.bootIds.delete(instanceId);
    } else {
      this.heardAtMs.set(instanceId, this.options.clock());
      this.bootIds.set(instanceId, entry.bootId);
    }
  }

  private async closeLeftOpen(suspects: ReadonlySet<string>): Promise<void> {
    const { bus, connections, logger } = this.options;
    let records: BusRecord[] = [];
    let closed = 0;
    const flush = async () => {
      if (records.length > 0) await bus.publish(records);
      records = [];
    };
    for (const { value, offset } of [...connections.entries()]) {
      const entry = JSON.parse(value.toString('utf8')) as ConnectionEntry;
      if (entry.state !== 'open' || !suspects.has(entry.instanceId) || !this.isLeftOpen(entry)) continue;
      records.push(...closingRecords(entry, entry.epoch ?? offset, new Date(this.options.clock()).toISOString()));
      closed += 1;
      if (records.length >= CLOSE_AT_ONCE) await flush();
    }
    await flush();
    if (closed > 0) logger?.warn({ instances: [...suspects], closed }, 'closed connections of lost instances');
  }

  /** By a process that is gone, or by one before the present. Both times are of the instance's own clock. */
  private isLeftOpen({ instanceId, at }: ConnectionEntry): boolean {
    if (this.gone.has(instanceId)) return true;
    const entry = this.entryOf(instanceId);
    return entry === undefined || at < entry.startedAt;
  }

  private entryOf(instanceId: string): InstanceEntry | undefined {
    const entry = this.options.instances.get(instanceId);
    return entry && (JSON.parse(entry.value.toString('utf8')) as InstanceEntry);
  }
}

/** What the instance itself would have told, with the same id: whoever of them comes second tells nothing new. */
function closingRecords(entry: ConnectionEntry, epoch: number, at: string): BusRecord[] {
  const { tenantId, chargerId, instanceId, connectionId, ocppVersion } = entry;
  const id = eventId('ConnectionClosed', tenantId, chargerId, epoch);
  const event: ChargerEventOf<'ConnectionClosed'> = {
    id,
    type: 'ConnectionClosed',
    schemaVersion: 1,
    tenantId,
    chargerId,
    correlationId: id,
    causationId: null,
    connectionEpoch: epoch,
    ocppVersion,
    ocppMessageId: null,
    occurredAt: at,
    receivedAt: at,
    data: { instanceId, connectionId, closeCode: ABNORMAL_CLOSURE, reason: 'instance lost' },
  };
  const identity = { id: eventId('ConnectionEntry', connectionId, 'closed'), type: 'ConnectionEntry', source: SOURCE };
  const closed: ConnectionEntry = { ...entry, state: 'closed', epoch, at };
  return [
    toBusRecord(TOPICS.connections, chargerKey(tenantId, chargerId), identity, closed),
    chargerEventRecord(event, SOURCE),
  ];
}
