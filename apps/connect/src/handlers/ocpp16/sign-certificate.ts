import { eventId } from '@chargestream/contracts';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';

/** Whitepaper A02.FR.11, A02.FR.12: Rejected where nobody signs. What is signed comes later, in a CertificateSigned. */
export const signCertificate: Handler16<'SignCertificate'> = (context, { payload, hash }) => {
  const { tenantId, chargerId } = context.connection;
  const status = context.signsCertificates ? 'Accepted' : 'Rejected';
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
