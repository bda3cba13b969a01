import { pemProblem, type PemKind } from './pem-files';
import type { ServiceName } from './service-names';
import type { Settings } from './settings';

/** What is wrong with the settings of TLS for chargers and of signing, for who reads them. */
export function security(settings: Settings, service: ServiceName): string[] {
  return [
    ...(service === 'connect' || service === 'standalone' ? tls(settings) : []),
    ...(service === 'core' || service === 'standalone' ? signer(settings, service) : []),
  ];
}

/** The files of a setting that may name several. */
export function filesOf(setting: string): string[] {
  return setting
    .split(',')
    .map((file) => file.trim())
    .filter((file) => file !== '');
}

function tls(settings: Settings): string[] {
  const certificates = filesOf(settings.ocppTlsCertFile);
  const keys = filesOf(settings.ocppTlsKeyFile);
  const problems: string[] = [];
  if (certificates.length !== keys.length) {
    problems.push(
      'OCPP_TLS_CERT_FILE and OCPP_TLS_KEY_FILE belong together: name a key for each certificate, in order',
    );
  }
  if (certificates.length === 0 && settings.ocppTlsClientCaFile !== '') {
    problems.push('OCPP_TLS_CLIENT_CA_FILE is for TLS: set OCPP_TLS_CERT_FILE and OCPP_TLS_KEY_FILE too');
  }
  const { ocppPort, ocppTlsPort, ocppMinSecurityProfile: least, ocppBehindTls } = settings;
  if (certificates.length > 0 && ocppTlsPort !== 0 && ocppTlsPort === ocppPort) {
    problems.push(`OCPP_PORT and OCPP_TLS_PORT are both ${ocppPort}: plain and TLS need a port each`);
  }
  if (least >= 2 && certificates.length === 0 && !(ocppBehindTls && least === 2)) {
    problems.push(
      `OCPP_MIN_SECURITY_PROFILE=${least} lets nobody in without TLS: set OCPP_TLS_CERT_FILE and OCPP_TLS_KEY_FILE`,
    );
  }
  if (least === 3 && certificates.length > 0 && settings.ocppTlsClientCaFile === '') {
    problems.push('OCPP_MIN_SECURITY_PROFILE=3 needs OCPP_TLS_CLIENT_CA_FILE: chargers show certificates');
  }
  const pem = (variable: string, files: string[], kind: PemKind) =>
    files.map((file) => pemProblem(variable, file, kind)).filter((problem) => problem !== null);
  return [
    ...problems,
    ...pem('OCPP_TLS_CERT_FILE', certificates, 'certificate'),
    ...pem('OCPP_TLS_KEY_FILE', keys, 'key'),
    ...pem('OCPP_TLS_CLIENT_CA_FILE', filesOf(settings.ocppTlsClientCaFile), 'certificate'),
  ];
}

function signer(settings: Settings, service: ServiceName): string[] {
  const { certificateSigner, certificateUrl, certificateDir } = settings;
  if (certificateSigner === 'http' && certificateUrl === '') {
    return ['CERTIFICATE_SIGNER=http needs CERTIFICATE_URL, e.g. CERTIFICATE_URL=https://ca.example.org/sign'];
  }
  if (certificateSigner === 'embedded' && service === 'core' && certificateDir === '') {
    return ['CERTIFICATE_SIGNER=embedded needs CERTIFICATE_DIR in core: a folder that all cores share'];
  }
  return [];
}
