import { ACCEPTED, type Command } from '../commands/command-target';
import type { ProfileFilter } from './charging-profiles';

/** 1.6 §5.5: Unknown when nothing fits. */
export const clearChargingProfile: Command = ({ equipment }, request) => {
  if (equipment.profiles.clear(request as ProfileFilter) === 0) return { status: 'Unknown' };
  equipment.limits.apply();
  return ACCEPTED;
};
