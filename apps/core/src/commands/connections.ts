import type { ConnectionEntry } from '@chargestream/contracts';
import type { Owner } from '@chargestream/domain';
import type { CompactedTable } from '@chargestream/event-bus';

/** Who owns a charger's connection now, by the compacted table; null when it is away. */
export function ownerOf(connections: CompactedTable, key: string): Owner | null {
  const record = connections.get(key);
  if (record === undefined) return null;
  const entry = JSON.parse(record.value.toString('utf8')) as ConnectionEntry;
  // The epoch of a connection is the offset of the record that opened it.
  return entry.state === 'open' ? { instanceId: entry.instanceId, epoch: record.offset } : null;
}
