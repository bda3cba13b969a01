import type { Command } from '../commands/command-target';

/** 1.6 §5.18: NotSupported is the answer for an unknown connector, too; a transaction at it is ended. */
export const unlockConnector: Command = (charger, { connectorId }) => {
  if (!charger.connectorIds.includes(connectorId as number)) return { status: 'NotSupported' };
  const { unlocking } = charger.equipment;
  const session = charger.sessionAt(connectorId as number);
  if (session && unlocking === 'Unlocked') charger.later(() => session.stop('unlock'));
  return { status: unlocking };
};
