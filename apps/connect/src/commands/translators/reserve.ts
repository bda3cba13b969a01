import { calls, optional, type Translator } from '../translation';

/** 1.6 §5.13 ReserveNow; 2.0.1 H01. On 1.6 connector 0 is any of them. */
export const reserve: Translator<'RESERVE'> = (command, { version }) => {
  const { reservationId, evseId, connectorId, idToken, idTokenType, groupId, expiresAt } = command;
  if (version === '1.6') {
    const payload = {
      connectorId: evseId ?? connectorId ?? 0,
      expiryDate: expiresAt,
      idTag: idToken,
      ...optional('parentIdTag', groupId),
      reservationId,
    };
    return calls({ action: 'ReserveNow', payload });
  }
  const payload = {
    id: reservationId,
    expiryDateTime: expiresAt,
    idToken: { idToken, type: idTokenType },
    // H01.FR.07: without an EVSE any of them may be used.
    ...optional('evseId', evseId === 0 ? null : evseId),
    ...optional('groupIdToken', groupId === null ? null : { idToken: groupId, type: 'Central' }),
  };
  return calls({ action: 'ReserveNow', payload });
};
