import { ACCEPTED, REJECTED, type Command } from '../commands/command-target';

/** 1.6 §5.12: Rejected when no such transaction runs. */
export const remoteStopTransaction: Command = (charger, { transactionId }) => {
  const session = charger.sessionOf(transactionId as number);
  if (!session) return REJECTED;
  charger.later(() => session.stop('remote'));
  return ACCEPTED;
};
