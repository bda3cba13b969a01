import { ACCEPTED, REJECTED, type Command } from '../commands/command-target';

/** 1.6 §5.2: Scheduled while a transaction runs. */
export const changeAvailability: Command = (charger, { connectorId, type }) => {
  const id = connectorId as number;
  if (id !== 0 && !charger.connectorIds.includes(id)) return REJECTED;
  return charger.setAvailability(id, type === 'Operative') ? { status: 'Scheduled' } : ACCEPTED;
};
