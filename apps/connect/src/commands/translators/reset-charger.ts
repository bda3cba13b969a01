import { calls, impossible, optional, type Translator } from '../translation';

/** 1.6 §5.14; 2.0.1 B11, B12. */
export const resetCharger: Translator<'RESET_CHARGER'> = ({ type, evseId }, { version }) => {
  if (version !== '1.6') {
    const payload = { type: type === 'IMMEDIATE' ? 'Immediate' : 'OnIdle', ...optional('evseId', evseId) };
    return calls({ action: 'Reset', payload });
  }
  if (evseId !== null && evseId !== 0) return impossible('OCPP 1.6 resets the whole charger: leave evseId out.');
  // 1.6 §5.14: Soft returns transactions to idle gracefully first, Hard does not wait.
  return calls({ action: 'Reset', payload: { type: type === 'IMMEDIATE' ? 'Hard' : 'Soft' } });
};
