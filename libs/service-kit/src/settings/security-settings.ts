import { IsString } from 'class-validator';
import { Address, OneOf, OnOff, Port, Whole } from './rules';
import { StorageSettings } from './storage-settings';

/** How chargers' connections are secured, and who signs chargers' certificates. */
export class SecuritySettings extends StorageSettings {
  @Port('OCPP_TLS_PORT', 9223)
  ocppTlsPort = 9223;

  /** Empty: no TLS here. Several, separated by commas, where chargers differ in what they can (RSA, ECDSA). */
  @IsString()
  ocppTlsCertFile = '';

  @IsString()
  ocppTlsKeyFile = '';

  /** Empty: chargers are not asked for certificates. */
  @IsString()
  ocppTlsClientCaFile = '';

  /** A proxy in front ends the TLS: what comes to OCPP_PORT came by TLS. */
  @OnOff('OCPP_BEHIND_TLS')
  ocppBehindTls = false;

  /** Chargers with a lower security profile are refused. */
  @Whole('OCPP_MIN_SECURITY_PROFILE', 0, 3, 'the security profile,')
  ocppMinSecurityProfile = 0;

  /** Organizations that may own chargers' certificates, separated by semicolons (whitepaper A00.FR.404). Empty: anybody. */
  @IsString()
  cpoName = '';

  /** Who signs the certificates that chargers ask for. */
  @OneOf('CERTIFICATE_SIGNER', ['off', 'embedded', 'http'])
  certificateSigner: 'off' | 'embedded' | 'http' = 'off';

  /** Of the embedded authority. Empty: `certificates` in DATA_DIR. */
  @IsString()
  certificateDir = '';

  @Whole('CERTIFICATE_VALID_DAYS', 1, 3_650, 'days')
  certificateValidDays = 365;

  @Address('CERTIFICATE_URL', ['http', 'https'], 'https://ca.example.org/sign')
  certificateUrl = '';

  @IsString()
  certificateToken = '';

  @Whole('CERTIFICATE_TIMEOUT_MS', 100, 600_000, 'milliseconds')
  certificateTimeoutMs = 30_000;
}

const OF_CONNECTIONS = {
  ocppTlsPort: 'OCPP_TLS_PORT',
  ocppTlsCertFile: 'OCPP_TLS_CERT_FILE',
  ocppTlsKeyFile: 'OCPP_TLS_KEY_FILE',
  ocppTlsClientCaFile: 'OCPP_TLS_CLIENT_CA_FILE',
  ocppBehindTls: 'OCPP_BEHIND_TLS',
  ocppMinSecurityProfile: 'OCPP_MIN_SECURITY_PROFILE',
  cpoName: 'CPO_NAME',
} as const;

const OF_SIGNING = {
  certificateSigner: 'CERTIFICATE_SIGNER',
  certificateDir: 'CERTIFICATE_DIR',
  certificateValidDays: 'CERTIFICATE_VALID_DAYS',
  certificateUrl: 'CERTIFICATE_URL',
  certificateToken: 'CERTIFICATE_TOKEN',
  certificateTimeoutMs: 'CERTIFICATE_TIMEOUT_MS',
} as const;

export const SECURITY_VARIABLES = { ...OF_CONNECTIONS, ...OF_SIGNING } as const satisfies Record<
  Exclude<keyof SecuritySettings, keyof StorageSettings>,
  string
>;
/** Connect's; the others are for who signs. */
export const CONNECTION_VARIABLES = { ...OF_CONNECTIONS, certificateSigner: OF_SIGNING.certificateSigner } as const;
