import {
  commandStream,
  eventId,
  localListStream,
  type ChargerCommand,
  type ChargerEventOf,
  type CommandError,
  type Intent,
  type LocalListEntry,
  type StoredMetadata,
} from '@chargestream/contracts';
import {
  chargerDecider,
  commandDecider,
  intendedEntries,
  isKnownTo,
  isRejection,
  localListDecider,
} from '@chargestream/domain';
import type { UnitOfWork } from '../aggregates/unit-of-work';
import { statusIn } from '../reservations/decide-reservation';
import { askedUpdate } from './asked-update';
import { fullUpdate } from './full-update';

/** Long enough for a charger to come back; deterministic, so that redelivery sends the same list. */
const RESEND_FOR_MS = 60 * 60 * 1000;
const RESENT_BY = 'core';

const STATUSES: ReadonlySet<string | null> = new Set(['Accepted', 'Failed', 'NotSupported', 'VersionMismatch']);
/** CALLERRORs of a charger that does not know the message. */
const NOT_SUPPORTED: ReadonlySet<string | undefined> = new Set(['NotImplemented', 'NotSupported']);

/**
 * A command has come to its end: where it was a SendLocalList, what the charger's list is believed to hold from now on. A
 * differential update that the charger could not take is followed by the full list (1.6 §5.15), once.
 */
export async function settleLocalList(
  unit: UnitOfWork,
  ended: { commandId: string; command: ChargerCommand; response: unknown; error: CommandError | null },
  metadata: StoredMetadata,
): Promise<void> {
  const { commandId, command, response, error } = ended;
  const update = askedUpdate(command);
  if (update === null) return;
  const status = NOT_SUPPORTED.has(error?.code) ? 'NotSupported' : statusIn(response);
  if (status === null || !STATUSES.has(status)) return;
  const stream = localListStream(metadata.tenantId, metadata.chargerId);
  const before = await unit.state(localListDecider, stream);
  const resendAs = eventId('resend-local-list', commandId);
  const answered = { kind: 'answered', update, commandId, status, resendAs } as const;
  const facts = await unit.decide(localListDecider, stream, answered, metadata);
  if (isRejection(facts)) return;
  if (!facts.some(({ type, data }) => type === 'LocalListRefused' && data.resentAs !== null)) return;
  await resend(unit, resendAs, { version: update.version, entries: intendedEntries(before, update) }, metadata);
}

/** The charger told the version of its list (1.6 §5.10). */
export async function noteLocalListVersion(
  unit: UnitOfWork,
  charger: string,
  { id, data }: ChargerEventOf<'LocalListVersionReported'>,
  metadata: StoredMetadata,
): Promise<void> {
  // Told again when the list has long changed.
  if (isKnownTo(await unit.state(chargerDecider, charger), id)) return;
  const stream = localListStream(metadata.tenantId, metadata.chargerId);
  await unit.decide(localListDecider, stream, { kind: 'told', id, version: data.version }, metadata);
}

/** The full list in place of a change that the charger could not take; once, however often the answer comes. */
async function resend(
  unit: UnitOfWork,
  id: string,
  { version, entries }: { version: number; entries: LocalListEntry[] },
  metadata: StoredMetadata,
): Promise<void> {
  const { tenantId, chargerId, correlationId, receivedAt } = metadata;
  const intent: Extract<Intent, { type: 'SendCommand' }> = {
    id,
    type: 'SendCommand',
    schemaVersion: 1,
    tenantId,
    chargerId,
    requestedAt: receivedAt,
    requestedBy: RESENT_BY,
    correlationId,
    data: {
      command: fullUpdate(version, entries, metadata.ocppVersion),
      expiresAt: new Date(Date.parse(receivedAt) + RESEND_FOR_MS).toISOString(),
      holdUntilOnline: true,
    },
  };
  await unit.decide(commandDecider, commandStream(id), { kind: 'request', intent }, metadata);
}
