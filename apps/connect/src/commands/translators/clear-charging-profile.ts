import { calls, optional, type Translator } from '../translation';
import { purpose2 } from './charging-profile-object';

/** 1.6 §5.5: nothing given clears all. 2.0.1 K10: an id, or criteria. */
export const clearChargingProfile: Translator<'CLEAR_CHARGING_PROFILE'> = (command, { version }) => {
  const { chargingProfileId, evseId, purpose, stackLevel } = command;
  if (version === '1.6') {
    const payload = {
      ...optional('id', chargingProfileId),
      ...optional('connectorId', evseId),
      ...optional('chargingProfilePurpose', purpose),
      ...optional('stackLevel', stackLevel),
    };
    return calls({ action: 'ClearChargingProfile', payload });
  }
  const criteria = {
    ...optional('evseId', evseId),
    ...optional('chargingProfilePurpose', purpose === null ? null : purpose2(purpose)),
    ...optional('stackLevel', stackLevel),
  };
  const payload = chargingProfileId === null ? { chargingProfileCriteria: criteria } : { chargingProfileId };
  return calls({ action: 'ClearChargingProfile', payload });
};
