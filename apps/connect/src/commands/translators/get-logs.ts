import { calls, optional, type Translator } from '../translation';

/** 1.6 §5.9 GetDiagnostics, whitepaper N01 GetLog; 2.0.1 N01. */
export const getLogs: Translator<'GET_LOGS'> = (command, { version, requestId }) => {
  const { logType, location, oldestAt, newestAt, retries, retryIntervalS, useGetLog } = command;
  const again = { ...optional('retries', retries), ...optional('retryInterval', retryIntervalS) };
  if (version === '1.6' && logType === 'DIAGNOSTICS' && useGetLog !== true) {
    const payload = { location, ...again, ...optional('startTime', oldestAt), ...optional('stopTime', newestAt) };
    return calls({ action: 'GetDiagnostics', payload });
  }
  const log = {
    remoteLocation: location,
    ...optional('oldestTimestamp', oldestAt),
    ...optional('latestTimestamp', newestAt),
  };
  const type = logType === 'DIAGNOSTICS' ? 'DiagnosticsLog' : 'SecurityLog';
  return calls({ action: 'GetLog', payload: { log, logType: type, requestId, ...again } });
};
