import {
  eventId,
  operationsStream,
  type ChargerEventOf,
  type OperationKind,
  type OperationStarted,
  type StoredMetadata,
} from '@chargestream/contracts';
import { chargerDecider, isKnownTo, operationsDecider } from '@chargestream/domain';
import type { UnitOfWork } from '../aggregates/unit-of-work';
import { statusIn } from '../reservations/decide-reservation';

/** A command is on the wire: where it begins what takes the charger a while, that is followed from now on. */
export async function beginOperation(
  unit: UnitOfWork,
  { data }: ChargerEventOf<'CommandSent'>,
  metadata: StoredMetadata,
): Promise<void> {
  const started = startedBy(data);
  if (started === null) return;
  const begin = { kind: 'begin', id: data.commandId, started, refusal: null } as const;
  await unit.decide(operationsDecider, streamOf(metadata), begin, metadata);
}

/** A command has come to its end: whether the charger does what it asked for, or took the certificate it waited for. */
export async function settleOperation(
  unit: UnitOfWork,
  { data }: ChargerEventOf<'CommandFinished'>,
  metadata: StoredMetadata,
): Promise<void> {
  const { commandId, ocppAction, response } = data;
  // 1.6 §6.26: the name of the file is left out when there is nothing to upload.
  const hasNothing = ocppAction === 'GetDiagnostics' && data.outcome === 'ACCEPTED' && !namesFile(response);
  const outcome = hasNothing ? 'REJECTED' : data.outcome;
  const status = hasNothing ? 'NoDiagnosticsAvailable' : statusIn(response);
  const delivers = ocppAction === 'CertificateSigned';
  const answered = { kind: 'answered', commandId, outcome, status, delivers } as const;
  await unit.decide(operationsDecider, streamOf(metadata), answered, metadata);
}

/** The charger tells how far it is, or that it wants a certificate. */
export async function noteOperation(
  unit: UnitOfWork,
  charger: string,
  event: ChargerEventOf<'FirmwareStatusReported' | 'LogStatusReported' | 'CertificateSigningRequested'>,
  metadata: StoredMetadata,
): Promise<void> {
  // Told again when more has long been told.
  if (isKnownTo(await unit.state(chargerDecider, charger), event.id)) return;
  const { id } = event;
  const operationId = eventId('operation', id);
  const stream = streamOf(metadata);
  if (event.type === 'CertificateSigningRequested') {
    const { csr, certificateType, requestId, answered } = event.data;
    const started = startOf('CERTIFICATE_RENEWAL', { operationId, requestId, detail: { csr, certificateType } });
    const refusal = answered === 'Accepted' ? null : answered;
    await unit.decide(operationsDecider, stream, { kind: 'begin', id, started, refusal }, metadata);
    return;
  }
  const { status, requestId } = event.data;
  const about =
    event.type === 'FirmwareStatusReported'
      ? { kind: 'FIRMWARE_UPDATE' as const, variant: null, requestId }
      : { kind: 'LOG_UPLOAD' as const, variant: event.data.source, requestId };
  await unit.decide(operationsDecider, stream, { kind: 'told', id, about, status, operationId }, metadata);
}

function streamOf({ tenantId, chargerId }: StoredMetadata): string {
  return operationsStream(tenantId, chargerId);
}

/** What a call begins; null when it is over with its answer. */
function startedBy({ commandId, ocppAction, payload }: ChargerEventOf<'CommandSent'>['data']): OperationStarted | null {
  const fields = isObject(payload) ? payload : {};
  const requestId = typeof fields.requestId === 'number' ? fields.requestId : null;
  const base = { operationId: commandId, commandId, requestId };
  const detail = { ocppAction, ...withoutKeys(fields) };
  switch (ocppAction) {
    case 'UpdateFirmware':
    case 'SignedUpdateFirmware':
      return startOf('FIRMWARE_UPDATE', { ...base, detail });
    case 'GetDiagnostics':
      return startOf('LOG_UPLOAD', { ...base, detail: { ...detail, source: 'DIAGNOSTICS' } });
    case 'GetLog':
      return startOf('LOG_UPLOAD', { ...base, detail: { ...detail, source: 'LOG' } });
    default:
      return null;
  }
}

function startOf(
  kind: OperationKind,
  rest: Pick<OperationStarted, 'operationId' | 'requestId' | 'detail'> & { commandId?: string },
): OperationStarted {
  return { ...rest, kind, commandId: rest.commandId ?? null };
}

const LEFT_OUT: ReadonlySet<string> = new Set(['requestId', 'signingCertificate', 'signature']);

/** What tells people something: not the proofs, which are long, nor what has a place of its own. */
function withoutKeys(fields: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(fields).filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, isObject(value) ? withoutKeys(value) : value]));
}

function namesFile(response: unknown): boolean {
  return isObject(response) && typeof response.fileName === 'string' && response.fileName !== '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
