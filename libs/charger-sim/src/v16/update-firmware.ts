import type { Command } from '../commands/command-target';

/** 1.6 §5.19: the answer is empty, the statuses tell the rest. */
export const updateFirmware: Command = (charger, { location, retrieveDate, retries, retryInterval }) => {
  charger.later(() =>
    charger.equipment.firmware.start({
      location: String(location),
      retrieveDate: String(retrieveDate),
      retries: retries as number | undefined,
      retryInterval: retryInterval as number | undefined,
    }),
  );
  return {};
};
