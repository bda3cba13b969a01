import { chargerEventRecord, eventId, inboxTopic, type InboxCommand } from '@chargestream/contracts';
import { event } from '@chargestream/domain/testing';
import type { EventBus, Subscription } from '@chargestream/event-bus';

/** What connect does with commands: each is put on record as sent and as answered. Counts how often it saw each. */
export async function answerCommands(bus: EventBus, instanceId: string, seen: InboxCommand[]): Promise<Subscription> {
  return bus.subscribe({
    group: `connect-${instanceId}`,
    topics: [inboxTopic(instanceId)],
    from: 'earliest',
    handle: async (records) => {
      const commands = records.map(({ value }) => JSON.parse(String(value)) as InboxCommand);
      seen.push(...commands);
      await bus.publish(
        commands.flatMap(({ commandId, chargerId }) => {
          const sent = { commandId, ocppAction: 'ClearCache', payload: {} };
          const finished = {
            commandId,
            outcome: 'ACCEPTED',
            ocppAction: 'ClearCache',
            response: {},
            error: null,
          } as const;
          return [
            event('CommandSent', sent, { id: eventId('sent', commandId), chargerId }),
            event('CommandFinished', finished, { id: eventId('finished', commandId), chargerId }),
          ].map((one) => chargerEventRecord(one, '/connect'));
        }),
      );
    },
  });
}
