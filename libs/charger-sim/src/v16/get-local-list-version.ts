import type { Command } from '../commands/command-target';

/** 1.6 §5.10: -1 where local lists are not supported. */
export const getLocalListVersion: Command = ({ equipment, configuration }) => ({
  listVersion: configuration.flag('LocalAuthListEnabled') ? equipment.localList.version : -1,
});
