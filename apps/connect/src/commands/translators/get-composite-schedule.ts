import { calls, optional, type Translator } from '../translation';

/** 1.6 §5.7; 2.0.1 K08. */
export const getCompositeSchedule: Translator<'GET_COMPOSITE_SCHEDULE'> = (command, { version }) => {
  const { evseId, durationS, unit } = command;
  const rate = optional('chargingRateUnit', unit);
  const payload =
    version === '1.6'
      ? { connectorId: evseId, duration: durationS, ...rate }
      : { duration: durationS, ...rate, evseId };
  return calls({ action: 'GetCompositeSchedule', payload });
};
