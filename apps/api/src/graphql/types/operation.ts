import { Field, ObjectType } from '@nestjs/graphql';
import type { CertificateIssued } from '@chargestream/contracts';
import type {
  InstalledCertificate,
  KeptSecurityEvent,
  MaintenanceRow,
  OperationRow,
  OperationStep,
} from '@chargestream/read-model';
import { OperationKind, OperationState } from '../operation-enums';
import {
  FlagField,
  IdField,
  JsonField,
  OptionalId,
  OptionalInt,
  OptionalText,
  OptionalTime,
  TextField,
  TimeField,
} from '../fields';
import { connectionOf } from './page';

@ObjectType('OperationStep', { description: 'One word about a long operation.' })
export class OperationStepType {
  @TextField('As the charger spells it, or `Started`, `Stalled`, `CertificateIssued`.')
  status!: string;

  @TimeField('When, by our clock.')
  at!: string;
}

@ObjectType('Operation', {
  description: 'What takes a charger a while: an update, an upload, a renewal of a certificate.',
})
export class OperationType {
  @IdField('Of the command that began it, where one did.')
  id!: string;

  @IdField('The charger.')
  chargerId!: string;

  @Field(() => OperationKind, { description: 'What it is.' })
  kind!: OperationRow['kind'];

  @Field(() => OperationState, { description: 'How it stands, or came to its end.' })
  state!: OperationRow['state'];

  @OptionalText('The last word about it.')
  status!: string | null;

  @FlagField('The charger has been silent about it for too long.')
  stalled!: boolean;

  @OptionalId('The command that began it; null when the charger did by itself.')
  commandId!: string | null;

  @OptionalInt('The requestId on the wire.')
  requestId!: number | null;

  @JsonField('What was asked for, as it was on the wire.')
  detail!: unknown;

  @Field(() => [OperationStepType], {
    description: 'What was heard of it, oldest first; the first and the newest 199.',
  })
  steps!: OperationStepType[];

  @TimeField('When it began, by our clock.')
  startedAt!: string;

  @OptionalTime('When it ended, by our clock.')
  endedAt!: string | null;

  @TimeField('When something was last heard of it, by our clock.')
  updatedAt!: string;
}

export function toOperation(row: OperationRow): OperationType {
  const { request_id: requestId } = row;
  return {
    id: row.key,
    chargerId: row.charger_id,
    kind: row.kind,
    state: row.state,
    status: row.status,
    stalled: row.stalled === 1,
    commandId: row.command_id,
    // A charger may tell more than GraphQL's integers can say.
    requestId: requestId !== null && Number.isInteger(requestId) && Math.abs(requestId) < 2 ** 31 ? requestId : null,
    detail: JSON.parse(row.detail) as unknown,
    steps: JSON.parse(row.history) as OperationStep[],
    startedAt: row.started_at,
    endedAt: row.ended_at,
    updatedAt: row.updated_at,
  };
}

export const OperationConnection = connectionOf(OperationType, 'Operation');

@ObjectType('MaintenanceStatus', { description: 'What a charger last told of its firmware or its logs.' })
export class MaintenanceStatusType {
  @TextField('As the charger spells it.')
  status!: string;

  @TimeField('When it came, by our clock.')
  receivedAt!: string;
}

@ObjectType('SecurityEvent', { description: 'A SecurityEventNotification.' })
export class SecurityEventType {
  @TextField('From the list of security events of OCPP, or the vendor’s own.')
  type!: string;

  @OptionalText('What else the charger told.')
  techInfo!: string | null;

  @OptionalTime('When it happened, by the charger’s clock.')
  reportedAt!: string | null;

  @TimeField('When it came, by our clock.')
  receivedAt!: string;
}

@ObjectType('InstalledCertificate', { description: 'A certificate that a charger said is installed.' })
export class InstalledCertificateType {
  @OptionalText('What it is for, as OCPP spells it.')
  certificateType!: string | null;

  @TextField('Of the hashes.')
  hashAlgorithm!: string;

  @TextField('Hash of the name of its issuer, hexadecimal.')
  issuerNameHash!: string;

  @TextField('Hash of the key of its issuer, hexadecimal.')
  issuerKeyHash!: string;

  @TextField('Its serial number, hexadecimal.')
  serialNumber!: string;
}

@ObjectType('IssuedCertificate', { description: 'The certificate that was last issued to a charger.' })
export class IssuedCertificateType {
  @TextField('PEM, the charger’s own first.')
  certificateChain!: string;

  @TextField('Its serial number, hexadecimal.')
  serialNumber!: string;

  @TextField('Whose it is.')
  subject!: string;

  @TimeField('From when on it is valid.')
  notBefore!: string;

  @TimeField('When it expires.')
  notAfter!: string;

  @IdField('The operation by which it came; its state tells whether the charger took it.')
  operationId!: string;

  @TimeField('When it was issued, by our clock.')
  issuedAt!: string;
}

@ObjectType('ChargerCertificates', { description: 'The certificates of a charger, as far as they are known here.' })
export class ChargerCertificatesType {
  @Field(() => IssuedCertificateType, { nullable: true, description: 'Its own; null when none was issued.' })
  own!: IssuedCertificateType | null;

  @Field(() => [InstalledCertificateType], { description: 'What it told that is installed.' })
  installed!: InstalledCertificateType[];
}

export function toCertificates(row: MaintenanceRow | null): ChargerCertificatesType {
  const own = row?.own_certificate ?? null;
  return {
    own: own === null ? null : (JSON.parse(own) as CertificateIssued & { issuedAt: string }),
    installed: JSON.parse(row?.installed_certificates ?? '[]') as InstalledCertificate[],
  };
}

export function toSecurityEvents(row: MaintenanceRow | null): SecurityEventType[] {
  return JSON.parse(row?.security_events ?? '[]') as KeptSecurityEvent[];
}
