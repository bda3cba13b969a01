import { REJECTED, type Command } from '../commands/command-target';
import { compositeSchedule } from './composite-schedule';

/** 1.6 §5.7: Rejected for a connector the charger does not have. */
export const getCompositeSchedule: Command = (charger, { connectorId, duration, chargingRateUnit }) => {
  const id = connectorId as number;
  if (id !== 0 && !charger.connectorIds.includes(id)) return REJECTED;
  const unit = chargingRateUnit === 'A' ? 'A' : 'W';
  const startMs = charger.nowMs();
  const scheduleStart = new Date(startMs).toISOString();
  const question = charger.equipment.limits.question(id, startMs, duration as number, unit);
  return {
    status: 'Accepted',
    connectorId: id,
    scheduleStart,
    chargingSchedule: {
      duration: duration as number,
      startSchedule: scheduleStart,
      chargingRateUnit: unit,
      chargingSchedulePeriod: compositeSchedule(question),
    },
  };
};
