import { calls, type Translator } from '../translation';

/** Whitepaper M05; 2.0.1 M05. */
export const installCertificate: Translator<'INSTALL_CERTIFICATE'> = ({ certificateType, certificate }) =>
  calls({ action: 'InstallCertificate', payload: { certificateType, certificate } });
