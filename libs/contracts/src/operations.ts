/** What takes a charger a while and is told of by status notifications. */
export type OperationKind = 'FIRMWARE_UPDATE' | 'LOG_UPLOAD' | 'CERTIFICATE_RENEWAL';

/** `REFUSED`: the charger did not take the command. `REPLACED`: a later one of its kind took its place. */
export type OperationOutcome = 'SUCCEEDED' | 'FAILED' | 'REFUSED' | 'REPLACED';

/** Stream `operations-{tenant}.{charger}`: one charger's long operations. */
export type OperationFact =
  | { type: 'OperationStarted'; data: OperationStarted }
  | {
      type: 'OperationProgressed';
      data: {
        operationId: string;
        /** As the charger's version spells it. */
        status: string;
      };
    }
  /** The charger has fallen silent about it; a later word goes on with it. */
  | { type: 'OperationStalled'; data: { operationId: string; silentForS: number } }
  /** A certificate renewal: the signer has signed, and the command that carries the chain is on its way. */
  | { type: 'CertificateIssued'; data: CertificateIssued }
  | {
      type: 'OperationEnded';
      data: {
        operationId: string;
        outcome: OperationOutcome;
        /** The last word of the charger, or why there is none. */
        status: string;
      };
    };

export interface OperationStarted {
  /** The commandId where a command began it, else derived from the charger's message. */
  operationId: string;
  kind: OperationKind;
  /** Null when the charger began it by itself. */
  commandId: string | null;
  /** Of the wire; null where the message has none. */
  requestId: number | null;
  /** What is on the wire, without secrets: location, times, type of log; the CSR of a renewal. */
  detail: Record<string, unknown>;
}

export interface CertificateIssued {
  operationId: string;
  /** PEM, the charger's own first. */
  certificateChain: string;
  /** Hexadecimal. */
  serialNumber: string;
  subject: string;
  /** ISO 8601 UTC. */
  notBefore: string;
  /** ISO 8601 UTC. */
  notAfter: string;
  /** Of the CertificateSigned. */
  commandId: string;
}
