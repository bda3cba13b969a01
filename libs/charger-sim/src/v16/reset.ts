import { ACCEPTED, type Command } from '../commands/command-target';

/** 1.6 §5.14: both stop transactions first; a hard one that loses the socket is the fault `Reset=drop:doing`. */
export const reset: Command = (charger, { type }) => {
  charger.later(() => charger.reset(type === 'Hard' ? 'reset-hard' : 'reset-soft', 'now'));
  return ACCEPTED;
};
