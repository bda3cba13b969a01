import { chargerKey, type CertificatesReported, type SecurityEventReported } from '@chargestream/contracts';
import type { MaintenanceRow } from '../schema';
import type { EventOf, Projection } from './projection';

/** A security event, and when it came by our clock. */
export interface KeptSecurityEvent extends SecurityEventReported {
  receivedAt: string;
}
export type InstalledCertificate = CertificatesReported['certificates'][number];

/** A charger may report without end; all of them stay in the store. */
const MAX_SECURITY_EVENTS = 200;

/** What a charger told of its firmware, logs, security and certificates. */
export const maintenance: Projection<'maintenance'> = {
  table: 'maintenance',
  canHandle: [
    'FirmwareStatusReported',
    'LogStatusReported',
    'SecurityEventReported',
    'CertificatesReported',
    'CertificateIssued',
  ],
  keys: ({ metadata }) => [chargerKey(metadata.tenantId, metadata.chargerId)],
  evolve(before, event, key) {
    const { tenantId, chargerId, receivedAt: at } = event.metadata;
    const row: MaintenanceRow = before ?? { key, tenant_id: tenantId, charger_id: chargerId, ...NOTHING };
    switch (event.type) {
      case 'FirmwareStatusReported':
        return { ...row, firmware_status: event.data.status, firmware_status_at: at };
      case 'LogStatusReported':
        return { ...row, log_status: event.data.status, log_status_at: at };
      case 'SecurityEventReported': {
        const known = JSON.parse(row.security_events) as KeptSecurityEvent[];
        const kept = [{ ...event.data, receivedAt: at }, ...known].slice(0, MAX_SECURITY_EVENTS);
        return { ...row, security_events: JSON.stringify(kept) };
      }
      case 'CertificatesReported':
        return { ...row, installed_certificates: JSON.stringify(installed(row, event)) };
      case 'CertificateIssued':
        return { ...row, own_certificate: JSON.stringify({ ...event.data, issuedAt: at }) };
      default:
        return before;
    }
  },
  changed: ({ metadata }) => ({ entity: 'charger', id: metadata.chargerId }),
};

const NOTHING = {
  ...{ firmware_status: null, firmware_status_at: null, log_status: null, log_status_at: null },
  ...{ security_events: '[]', installed_certificates: '[]', own_certificate: null },
} as const;

/** An answer tells all there is of the types that were asked for, and nothing of the others. */
function installed(row: MaintenanceRow, { data }: EventOf<'CertificatesReported'>): InstalledCertificate[] {
  const asked = data.certificateTypes;
  // 1.6 is asked for one type at a time, and does not repeat it in the answer.
  const only = asked?.length === 1 ? (asked[0] ?? null) : null;
  const told = data.certificates.map((one) => ({ ...one, certificateType: one.certificateType ?? only }));
  if (asked === null) return told;
  const others = (JSON.parse(row.installed_certificates) as InstalledCertificate[]).filter(
    ({ certificateType }) => certificateType === null || !asked.includes(certificateType),
  );
  return [...others, ...told];
}
