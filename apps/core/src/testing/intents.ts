import { randomUUID } from 'node:crypto';
import type { Intent } from '@chargestream/contracts';
import { at, CHARGER, TENANT } from '@chargestream/domain/testing';

/** An intent as api publishes it. */
export function intent<Type extends Intent['type']>(
  type: Type,
  data: Extract<Intent, { type: Type }>['data'],
  around: { chargerId?: string } = {},
): Extract<Intent, { type: Type }> {
  const id = randomUUID();
  return {
    id,
    type,
    schemaVersion: 1,
    tenantId: TENANT,
    chargerId: around.chargerId ?? CHARGER,
    requestedAt: at(0),
    requestedBy: 'tester',
    correlationId: id,
    data,
  } as Extract<Intent, { type: Type }>;
}
