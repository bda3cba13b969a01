/** FirmwareStatusNotification and SignedFirmwareStatusNotification. */
export interface FirmwareStatusReported {
  /** As the charger's version spells it: `Downloading`, `Installed`… */
  status: string;
  /** Null where the message has none (1.6 FirmwareStatusNotification). */
  requestId: number | null;
}

/** DiagnosticsStatusNotification and LogStatusNotification. */
export interface LogStatusReported {
  /** `DIAGNOSTICS`: of GetDiagnostics; `LOG`: of GetLog. */
  source: 'DIAGNOSTICS' | 'LOG';
  /** As the charger's version spells it: `Uploading`, `Uploaded`, `UploadFailed`… */
  status: string;
  /** Null where the message has none. */
  requestId: number | null;
}

/** A SecurityEventNotification. */
export interface SecurityEventReported {
  /** From the specification's list of security events, or the vendor's own. */
  type: string;
  /** Null when the charger told none. */
  techInfo: string | null;
  /** ISO 8601 UTC by the charger's clock; null when it cannot be read. */
  reportedAt: string | null;
}

/** A SignCertificate, and what it was answered. */
export interface CertificateSigningRequested {
  /** PEM, as it came. */
  csr: string;
  /** 2.x CertificateSigningUseEnumType; null on 1.6 and when not told. */
  certificateType: string | null;
  /** 2.1 only. */
  requestId: number | null;
  /** What connect answered. */
  answered: 'Accepted' | 'Rejected';
}

/** What identifies an installed certificate: OCPP's CertificateHashData. */
export interface CertificateHash {
  hashAlgorithm: string;
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
}

/** The answer to GetInstalledCertificateIds. */
export interface CertificatesReported {
  /** Of what type it was asked for; null: all. */
  certificateTypes: string[] | null;
  certificates: (CertificateHash & {
    /** Null where the answer does not tell: 1.6 is asked for one type at a time. */
    certificateType: string | null;
  })[];
}

/** The answer to GetLocalListVersion. */
export interface LocalListVersionReported {
  /** 1.6 §5.10: 0 is an empty list, -1 that the charger keeps none. */
  version: number;
}

/** A file that the charger uploaded to the built-in endpoint is kept. */
export interface FileUploaded {
  /** UUID. */
  fileId: string;
  /** As the charger named it, made harmless. */
  name: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  /** Of the command that asked for it. */
  commandId: string;
}
