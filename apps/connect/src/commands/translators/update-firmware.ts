import { calls, impossible, optional, type Translator } from '../translation';

/** 1.6 §5.19 UpdateFirmware, whitepaper L01 SignedUpdateFirmware; 2.0.1 L01, L02. */
export const updateFirmware: Translator<'UPDATE_FIRMWARE'> = (command, { version, requestId }) => {
  const { location, retrieveAt, installAt, retries, retryIntervalS, signingCertificate, signature } = command;
  const again = { ...optional('retries', retries), ...optional('retryInterval', retryIntervalS) };
  if ((signature === null) !== (signingCertificate === null)) {
    return impossible('Signed firmware needs both a signature and the certificate that it was signed with.');
  }
  if (version === '1.6' && signature === null) {
    if (installAt !== null) return impossible('Only for signed firmware can OCPP 1.6 say when it is to be installed.');
    const payload = {
      location,
      ...optional('retries', retries),
      retrieveDate: retrieveAt,
      ...optional('retryInterval', retryIntervalS),
    };
    return calls({ action: 'UpdateFirmware', payload });
  }
  const firmware = {
    location,
    retrieveDateTime: retrieveAt,
    ...optional('installDateTime', installAt),
    ...optional('signingCertificate', signingCertificate),
    ...optional('signature', signature),
  };
  const action = version === '1.6' ? 'SignedUpdateFirmware' : 'UpdateFirmware';
  return calls({ action, payload: { ...again, requestId, firmware } });
};
