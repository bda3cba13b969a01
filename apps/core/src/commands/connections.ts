import type { ConnectionEntry } from '@chargestream/contracts';
import type { ChargerState, Owner } from '@chargestream/domain';
import type { CompactedTable } from '@chargestream/event-bus';

/**
 * Who owns a charger's connection now; null when it is away. The compacted table tells first. It keeps one record for
 * each charger, so the close of a stale connection, published late by another instance, can hide the newer one: then
 * what the charger's own stream tells is newer.
 */
export async function ownerOf(
  connections: CompactedTable,
  key: string,
  charger: () => Promise<ChargerState>,
): Promise<Owner | null> {
  const record = connections.get(key);
  if (record === undefined) return null;
  const entry = JSON.parse(record.value.toString('utf8')) as ConnectionEntry;
  // The epoch of a connection is the offset of the record that opened it; one that repeats it says so.
  if (entry.state === 'open') return { instanceId: entry.instanceId, epoch: entry.epoch ?? record.offset };
  const { connection } = await charger();
  if (connection === null || !connection.open || entry.epoch === null || connection.epoch <= entry.epoch) return null;
  return { instanceId: connection.instanceId, epoch: connection.epoch };
}
