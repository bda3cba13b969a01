import type { Command } from '../commands/command-target';
import { logFile } from './log-file';

/** 1.6 §5.9: the answer names the file, the upload comes after. */
export const getDiagnostics: Command = (charger, { location, retries, retryInterval, startTime, stopTime }) => {
  const fileName = `diagnostics-${charger.nowMs()}.log`;
  charger.equipment.diagnostics.start({
    location: String(location),
    fileName,
    retries: retries as number | undefined,
    retryInterval: retryInterval as number | undefined,
    content: () => logFile(charger, 'diagnostics', startTime as string | undefined, stopTime as string | undefined),
  });
  return { fileName };
};
