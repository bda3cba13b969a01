import {
  chargerEventRecord,
  chargerKey,
  eventId,
  toBusRecord,
  TOPICS,
  type ConnectionEntry,
  type ConnectionTakenOver,
} from '@chargestream/contracts';
import type { BusRecord } from '@chargestream/event-bus';
import type { Clock, Settings } from '@chargestream/service-kit';
import { envelope } from '../handlers/call-dispatcher';
import type { EventDraft } from '../handlers/handler';
import type { Admitted, OpenedConnection } from './connections';
import { BOOT_ID } from './known-connections';
import type { Publisher } from './publisher';

/** What every record about a connection needs to know of it. */
export type Identified = Pick<OpenedConnection, 'tenantId' | 'chargerId' | 'version' | 'connectionId' | 'epoch'>;

/** What goes on record about connections: in the compacted table, and among the charger's events. */
export class ConnectionFacts {
  private readonly opening = new Set<string>();
  private readonly instanceId: string;

  constructor(
    private readonly options: {
      publisher: Publisher;
      settings: Settings;
      clock: Clock;
      source: string;
      bootId: string;
    },
  ) {
    this.instanceId = options.settings.instanceId;
  }

  /** Put on record, but not attached yet. */
  isOpening(connectionId: string): boolean {
    return this.opening.has(connectionId);
  }

  /** @returns the epoch. */
  async publishOpen({ tenantId, chargerId, version }: Admitted, connectionId: string): Promise<number> {
    const entry = this.entry({ tenantId, chargerId, version, connectionId }, 'open', null);
    this.opening.add(connectionId);
    try {
      const [position] = await this.options.publisher.publish([this.tableRecord(entry)]);
      if (!position) throw new Error('the bus gave no position for a connection record');
      return position.offset;
    } catch (error) {
      this.opening.delete(connectionId);
      throw error;
    }
  }

  /** Among the charger's events, where it comes before anything the charger says on this connection. */
  publishOpened(opened: OpenedConnection): void {
    this.opening.delete(opened.connectionId);
    const { connectionId, securityProfile, remoteAddress, passwordRenewed } = opened;
    const renewed = passwordRenewed === true ? { passwordRenewed } : {};
    const data = { instanceId: this.instanceId, connectionId, securityProfile, remoteAddress, ...renewed };
    void this.options.publisher.publishEventually([this.event(opened, 'ConnectionOpened', data)]);
  }

  /**
   * @param newest false when a newer connection is known: then the table's record is no longer ours to replace.
   * @param closedUpTo what the table says: connections up to this epoch are closed.
   */
  async publishClosed(
    closed: Identified,
    newest: boolean,
    closeCode: number,
    reason: string,
    closedUpTo = closed.epoch,
  ): Promise<void> {
    this.opening.delete(closed.connectionId);
    const data = { instanceId: this.instanceId, connectionId: closed.connectionId, closeCode, reason };
    await this.options.publisher.publishEventually([
      ...(newest ? [this.tableRecord(this.entry(closed, 'closed', closedUpTo))] : []),
      this.event(closed, 'ConnectionClosed', data),
    ]);
  }

  /** The close of an older connection came late and hides this one in the table. */
  publishStillOpen(opened: Identified): void {
    void this.options.publisher.publishEventually([this.tableRecord(this.entry(opened, 'open', opened.epoch))]);
  }

  publishFlapping(opened: Identified, data: ConnectionTakenOver): void {
    void this.options.publisher.publishEventually([this.event(opened, 'ConnectionTakenOver', data)]);
  }

  private event(identified: Identified, type: EventDraft['type'], data: EventDraft['data']): BusRecord {
    const { tenantId, chargerId, epoch } = identified;
    const at = new Date(this.options.clock()).toISOString();
    const draft = { id: eventId(type, tenantId, chargerId, epoch), type, occurredAt: at, data } as EventDraft;
    return chargerEventRecord(envelope(identified, draft, at, null), this.options.source);
  }

  private entry(
    identified: Omit<Identified, 'epoch'>,
    state: ConnectionEntry['state'],
    epoch: number | null,
  ): ConnectionEntry {
    const { tenantId, chargerId, connectionId, version: ocppVersion } = identified;
    const at = new Date(this.options.clock()).toISOString();
    return { state, tenantId, chargerId, instanceId: this.instanceId, connectionId, ocppVersion, epoch, at };
  }

  private tableRecord(entry: ConnectionEntry): BusRecord {
    const key = chargerKey(entry.tenantId, entry.chargerId);
    const id = eventId('ConnectionEntry', entry.connectionId, entry.state);
    const { source, bootId } = this.options;
    const record = toBusRecord(TOPICS.connections, key, { id, type: 'ConnectionEntry', source }, entry);
    return { ...record, headers: { ...record.headers, [BOOT_ID]: bootId } };
  }
}
