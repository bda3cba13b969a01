import { calls, impossible, type Translator } from '../translation';
import { chargingProfile16, chargingProfile2 } from './charging-profile-object';

/** 1.6 §5.16; 2.0.1 K01. */
export const setChargingProfile: Translator<'SET_CHARGING_PROFILE'> = (command, { version }) => {
  const { evseId, profile, transactionId } = command;
  if (version !== '1.6') {
    const payload = { evseId, chargingProfile: chargingProfile2(profile, transactionId) };
    return calls({ action: 'SetChargingProfile', payload });
  }
  if (transactionId !== null && !/^-?\d{1,10}$/.test(transactionId)) {
    return impossible(`Transactions of OCPP 1.6 have numbers, and "${transactionId}" is none.`);
  }
  const payload = { connectorId: evseId, csChargingProfiles: chargingProfile16(profile, transactionId) };
  return calls({ action: 'SetChargingProfile', payload });
};
