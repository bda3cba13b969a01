import type { Command } from '../commands/command-target';

/** 1.6 §5.3. */
export const changeConfiguration: Command = ({ configuration }, { key, value }) => ({
  status: configuration.set(String(key), String(value)),
});
