import { ACCEPTED, REJECTED, type Command } from '../commands/command-target';

/** 1.6 §5.4 ClearCache: Rejected where there is no cache. */
export const clearCache: Command = ({ equipment, configuration }) => {
  if (!configuration.flag('AuthorizationCacheEnabled')) return REJECTED;
  equipment.cache.clear();
  return ACCEPTED;
};
