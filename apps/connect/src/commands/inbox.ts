import { chargerKey, inboxTopic, type InboxCommand } from '@chargestream/contracts';
import type { BusRecord, EventBus, StoredRecord, Subscription } from '@chargestream/event-bus';
import type { Clock, Logger, Settings } from '@chargestream/service-kit';
import type { Connections } from '../connection/connections';
import type { Publisher } from '../connection/publisher';
import { notOwned } from './command-runner';

export interface InboxOptions {
  connections: Connections;
  publisher: Publisher;
  settings: Settings;
  clock: Clock;
  logger: Logger;
  source: string;
}

/** How many commandIds are remembered against redelivery. */
const REMEMBERED = 10_000;

/**
 * This instance's commands. The offset is committed when a command was handed to its charger's queue, before it is sent: after a crash
 * nothing is sent twice, and what was not sent is ended by core at its deadline.
 */
export class Inbox {
  private readonly handed = new Set<string>();

  constructor(private readonly options: InboxOptions) {}

  subscribe(bus: EventBus): Promise<Subscription> {
    const { instanceId } = this.options.settings;
    return bus.subscribe({
      group: `connect-${instanceId}`,
      topics: [inboxTopic(instanceId)],
      from: 'earliest',
      handle: (records) => this.handle(records),
      onError: (error) =>
        this.options.logger.error({ err: error }, 'the inbox could not be handled; it will be retried'),
    });
  }

  private async handle(records: readonly StoredRecord[]): Promise<void> {
    const { publisher, settings, clock, source } = this.options;
    const strays: BusRecord[] = [];
    for (const record of records) {
      const command = this.parse(record);
      if (!command || this.handed.has(command.commandId + command.epoch)) continue;
      if (this.hand(command) || (await this.handOnArrival(command))) this.remember(command);
      else strays.push(notOwned(command, settings.instanceId, new Date(clock()).toISOString(), source));
    }
    if (strays.length > 0) await publisher.publish(strays);
  }

  /** @returns false when the connection that the command is meant for is not here, or no more. */
  private hand(command: InboxCommand): boolean {
    const connection = this.options.connections.find(chargerKey(command.tenantId, command.chargerId));
    if (!connection?.isOpen || !connection.hasEpoch(command.epoch)) return false;
    connection.commands?.enqueue(command);
    return true;
  }

  /** Core may know of a connection, from the table, a moment before its upgrade is complete here. */
  private async handOnArrival(command: InboxCommand): Promise<boolean> {
    const { connections } = this.options;
    const key = chargerKey(command.tenantId, command.chargerId);
    const arrival = connections.arrivalOf(key);
    if (!arrival || command.epoch <= (connections.find(key)?.identity.epoch ?? -1)) return false;
    await arrival;
    return this.hand(command);
  }

  private remember({ commandId, epoch }: InboxCommand): void {
    this.handed.add(commandId + epoch);
    if (this.handed.size > REMEMBERED) this.handed.delete(this.handed.values().next().value as string);
  }

  private parse(record: StoredRecord): InboxCommand | null {
    try {
      return record.value === null ? null : (JSON.parse(record.value.toString('utf8')) as InboxCommand);
    } catch (error) {
      this.options.logger.error({ err: error, offset: record.offset }, 'an inbox record is not JSON; it is skipped');
      return null;
    }
  }
}
