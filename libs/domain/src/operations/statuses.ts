import type { OperationKind, OperationOutcome } from '@chargestream/contracts';

/** 1.6 §7.25 and whitepaper FirmwareStatusEnumType (2.0.1 L01): after these nothing more is said of an update. */
const FIRMWARE: ReadonlyMap<string, OperationOutcome> = new Map([
  ['Installed', 'SUCCEEDED'],
  ['DownloadFailed', 'FAILED'],
  ['InstallationFailed', 'FAILED'],
  ['InstallVerificationFailed', 'FAILED'],
  ['InvalidSignature', 'FAILED'],
]);

/** 1.6 §7.24 and whitepaper UploadLogStatusEnumType (2.0.1 N01). */
const LOG: ReadonlyMap<string, OperationOutcome> = new Map([
  ['Uploaded', 'SUCCEEDED'],
  ['UploadFailed', 'FAILED'],
  // UploadLogStatusEnumType spells it otherwise than 1.6 §7.24 does.
  ['UploadFailure', 'FAILED'],
  ['BadMessage', 'FAILED'],
  ['NotSupportedOperation', 'FAILED'],
  ['PermissionDenied', 'FAILED'],
  ['AcceptedCanceled', 'REPLACED'],
]);

const ENDS: Record<OperationKind, ReadonlyMap<string, OperationOutcome>> = {
  FIRMWARE_UPDATE: FIRMWARE,
  LOG_UPLOAD: LOG,
  CERTIFICATE_RENEWAL: new Map(),
};

/** How an operation is over by a charger's word; null while it goes on. */
export function endedBy(kind: OperationKind, status: string): OperationOutcome | null {
  return ENDS[kind].get(status) ?? null;
}

/** 1.6 §7.24, §7.25: sent when a TriggerMessage asks and nothing is under way. */
export const NOTHING_UNDER_WAY = 'Idle';
