import type { CertificateIssued, OperationFact } from '@chargestream/contracts';
import type { Decider } from '@chargestream/domain';

/** The renewals of one charger's certificates that are under way: whether theirs is issued already, by operationId. */
export type Renewals = ReadonlyMap<string, 'asked' | 'issued'>;

export type RenewalCommand =
  { kind: 'issued'; certificate: CertificateIssued } | { kind: 'refused'; operationId: string; why: string };

/**
 * What signing adds to a charger's operations. It looks at renewals only, and at those that are open: of what ended or was
 * replaced while the signer was at work nothing is made.
 */
export const renewalDecider: Decider<Renewals, RenewalCommand, OperationFact> = {
  initialState: new Map(),

  decide(renewals, command) {
    const operationId = command.kind === 'issued' ? command.certificate.operationId : command.operationId;
    if (renewals.get(operationId) !== 'asked') return [];
    if (command.kind === 'issued') return [{ type: 'CertificateIssued', data: command.certificate }];
    return [{ type: 'OperationEnded', data: { operationId, outcome: 'FAILED', status: command.why } }];
  },

  evolve(renewals, { type, data }) {
    switch (type) {
      case 'OperationStarted':
        return data.kind === 'CERTIFICATE_RENEWAL' ? new Map(renewals).set(data.operationId, 'asked') : renewals;
      case 'CertificateIssued':
        return renewals.has(data.operationId) ? new Map(renewals).set(data.operationId, 'issued') : renewals;
      case 'OperationEnded':
        return new Map([...renewals].filter(([operationId]) => operationId !== data.operationId));
      default:
        return renewals;
    }
  },
};
