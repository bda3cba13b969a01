import { calls, impossible, optional, type Translator } from '../translation';

/** Whitepaper M03: one type a message. 2.0.1 M03: none asks for all. */
export const getInstalledCertificates: Translator<'GET_INSTALLED_CERTIFICATES'> = (command, { version }) => {
  const { certificateTypes } = command;
  const action = 'GetInstalledCertificateIds';
  if (version !== '1.6') {
    const types = certificateTypes.length === 0 ? null : certificateTypes;
    return calls({ action, payload: optional('certificateType', types) });
  }
  const [certificateType, ...more] = certificateTypes;
  if (certificateType === undefined || more.length > 0) {
    return impossible(
      'OCPP 1.6 asks for one type of certificate at a time: CentralSystemRootCertificate or ManufacturerRootCertificate.',
    );
  }
  return calls({ action, payload: { certificateType } });
};
