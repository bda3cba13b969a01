import { calls, connectorOf16, evseOf2, optional, type Translator } from '../translation';

/** 1.6 §5.2; 2.0.1 G03, G04. */
export const setAvailability: Translator<'SET_AVAILABILITY'> = ({ operative, evseId, connectorId }, { version }) => {
  const type = operative ? 'Operative' : 'Inoperative';
  if (version === '1.6') {
    // 1.6 §5.2: connector 0 is the charge point with all its connectors.
    return calls({
      action: 'ChangeAvailability',
      payload: { connectorId: connectorOf16(evseId, connectorId) ?? 0, type },
    });
  }
  const payload = { ...optional('evse', evseOf2(evseId, connectorId)), operationalStatus: type };
  return calls({ action: 'ChangeAvailability', payload });
};
