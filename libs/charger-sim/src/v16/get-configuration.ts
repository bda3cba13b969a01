import type { Command } from '../commands/command-target';

/** 1.6 §5.8: all keys when none is named; those it does not know are told as unknownKey. */
export const getConfiguration: Command = ({ configuration }, { key }) =>
  configuration.getConfiguration((key as string[] | undefined) ?? []);
