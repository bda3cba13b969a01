import type { Command } from '../commands/command-target';
import { logFile } from './log-file';

interface LogParameters {
  remoteLocation: string;
  oldestTimestamp?: string;
  latestTimestamp?: string;
}

/** Whitepaper N01: AcceptedCanceled when it gives up an upload for this one. */
export const getLog: Command = (charger, { log, logType, requestId, retries, retryInterval }) => {
  const { equipment } = charger;
  const { remoteLocation, oldestTimestamp, latestTimestamp } = log as LogParameters;
  const filename = `${logType === 'SecurityLog' ? 'security' : 'diagnostics'}-${requestId as number}.log`;
  equipment.logRequestId = requestId as number;
  const replaced = equipment.logs.start({
    location: remoteLocation,
    fileName: filename,
    retries: retries as number | undefined,
    retryInterval: retryInterval as number | undefined,
    content: () => logFile(charger, String(logType), oldestTimestamp, latestTimestamp),
  });
  return { status: replaced ? 'AcceptedCanceled' : 'Accepted', filename };
};
