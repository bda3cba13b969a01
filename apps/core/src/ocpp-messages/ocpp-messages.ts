import type { OcppMessageEntry } from '@chargestream/contracts';
import type { StoredRecord } from '@chargestream/event-bus';
import type { ReadModel } from '@chargestream/read-model';
import type { DeadLetters } from '../dead-letters';
import type { UpdatePublisher } from '../updates/update-publisher';

/** Takes a batch of raw frames into the message log that people look at. */
export async function recordOcppMessages(
  options: { readModel: ReadModel; deadLetters: DeadLetters; updates: UpdatePublisher },
  records: readonly StoredRecord[],
): Promise<void> {
  const parked = options.deadLetters.batch();
  const entries: OcppMessageEntry[] = [];
  for (const record of records) {
    try {
      entries.push(...framesOf(record));
      parked.handled(record);
    } catch (error) {
      parked.park(record, error);
    }
  }
  if (entries.length > 0) await options.updates.publish(await options.readModel.recordOcppMessages(entries));
  await parked.flush();
}

const TEXTS = [
  'tenantId',
  'chargerId',
  'connectionId',
  'ocppVersion',
  'direction',
  'messageType',
  'raw',
  'at',
] as const;

/** Frames of one charger come several to a record when there are many. */
function framesOf(record: StoredRecord): OcppMessageEntry[] {
  const value: unknown = JSON.parse(record.value?.toString('utf8') ?? '');
  const frames = Array.isArray(value) ? (value as unknown[]) : [value];
  for (const frame of frames) {
    const texts = typeof frame === 'object' && frame !== null ? (frame as Record<string, unknown>) : {};
    if (TEXTS.some((name) => typeof texts[name] !== 'string')) {
      throw new Error(`The record is neither a frame nor a list of frames: each must have ${TEXTS.join(', ')}`);
    }
  }
  return frames as OcppMessageEntry[];
}
