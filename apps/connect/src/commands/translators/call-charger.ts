import { messageInfo } from '@chargestream/ocpp';
import { calls, impossible, type Translator } from '../translation';

/** Any message of the charger's version that a CSMS may send, as it is: nothing is guessed on the charger's behalf. */
export const callCharger: Translator<'CALL_CHARGER'> = ({ action, payload }, { version }) => {
  const info = messageInfo(version, action);
  if (!info) return impossible(`OCPP ${version} has no message ${action}.`);
  if (info.direction === 'CS->CSMS') return impossible(`${action} of OCPP ${version} is only sent by chargers.`);
  return calls({ action, payload });
};
