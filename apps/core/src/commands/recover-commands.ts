import { STREAM_PREFIXES, type CommandFact, type StoredMetadata } from '@chargestream/contracts';
import type { EventStore } from '@chargestream/event-store';
import type { PendingCommand } from './command-step';

/** Every command in the store that has not ended, in the order of their requests. */
export async function pendingCommands(store: EventStore): Promise<PendingCommand[]> {
  const pending = new Map<string, PendingCommand>();
  for await (const event of store.readAll({ streamPrefixes: [STREAM_PREFIXES.command] })) {
    const fact = { type: event.type, data: event.data } as CommandFact;
    if (fact.type === 'CommandFinished') pending.delete(event.stream);
    if (fact.type !== 'CommandRequested') continue;
    const { tenantId, chargerId, correlationId } = event.metadata as unknown as StoredMetadata;
    const { commandId, expiresAt } = fact.data;
    pending.set(event.stream, { commandId, tenantId, chargerId, correlationId, expiresAt });
  }
  return [...pending.values()];
}
