/** What a charger wants signed, as its SignCertificate.req brought it. */
export interface SigningRequest {
  readonly tenantId: string;
  readonly chargerId: string;
  /** PKCS #10 (RFC 2986) in PEM. */
  readonly csrPem: string;
  /** 2.0.1 tells them apart; 1.6 knows only the certificate of the charging station (null). */
  readonly certificateType: 'ChargingStationCertificate' | 'V2GCertificate' | null;
  /** Of the CERTIFICATE_RENEWAL this belongs to: the same id is the same question, asked again. */
  readonly operationId: string;
}

/** A certificate that was issued, with what an operator wants to see of it. */
export interface SignedCertificate {
  /** The charger's certificate first, then its issuers as far as the signer names them; PEM. */
  readonly chainPem: string;
  /** Hexadecimal, upper case, without leading zeros. */
  readonly serialNumber: string;
  /** RFC 4514, e.g. `CN=CP-1, O=Depot`. */
  readonly subject: string;
  /** ISO 8601. */
  readonly notBefore: string;
  /** ISO 8601. */
  readonly notAfter: string;
}

/** Signs what chargers ask for (whitepaper A02, A03). The port; adapters: `embedded`, `http`, `off`. */
export interface CertificateSigner {
  readonly kind: 'embedded' | 'http' | 'off';
  /**
   * Signs, or throws {@link SigningRefused} when asking again would change nothing. Any other error is of the moment
   * (the certificate authority is away) and worth another try.
   */
  sign(request: SigningRequest): Promise<SignedCertificate>;
}

/** The request is not one to be signed. The message says why, for the operator. */
export class SigningRefused extends Error {
  override readonly name = 'SigningRefused';
}
