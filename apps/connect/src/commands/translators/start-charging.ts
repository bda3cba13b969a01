import { calls, connectorOf16, optional, type Translator } from '../translation';

/** 1.6 §5.11 RemoteStartTransaction; 2.0.1 F01, F02 RequestStartTransaction. */
export const startCharging: Translator<'START_CHARGING'> = (command, { version }) => {
  const { evseId, connectorId, idToken, idTokenType, remoteStartId, chargingProfile } = command;
  if (version === '1.6') {
    const payload = {
      ...optional('connectorId', connectorOf16(evseId, connectorId)),
      idTag: idToken,
      ...optional('chargingProfile', chargingProfile),
    };
    return calls({ action: 'RemoteStartTransaction', payload });
  }
  const payload = {
    ...optional('evseId', evseId),
    idToken: { idToken, type: idTokenType },
    remoteStartId,
    ...optional('chargingProfile', chargingProfile),
  };
  return calls({ action: 'RequestStartTransaction', payload });
};
