import { eventId } from '@chargestream/contracts';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';

/**
 * Whitepaper A02.FR.11, A02.FR.12: Rejected where nobody signs, and for a charger that is rejected: its certificate could not be sent
 * to it (1.6 §4.2). While Pending it may be given credentials (A00.FR.806). What is signed comes later, in a CertificateSigned.
 */
export const signCertificate: Handler16<'SignCertificate'> = (context, { payload, hash }) => {
  const { tenantId, chargerId } = context.connection;
  const status = context.signsCertificates && context.registration !== 'REJECTED' ? 'Accepted' : 'Rejected';
  return receipt(
    { status },
    {
      // A charger makes a new key for each request, so the same request is a repeat.
      id: eventId('CertificateSigningRequested', tenantId, chargerId, status, hash()),
      type: 'CertificateSigningRequested',
      occurredAt: context.receivedAt,
      data: { csr: payload.csr, certificateType: null, requestId: null, answered: status },
    },
  );
};
