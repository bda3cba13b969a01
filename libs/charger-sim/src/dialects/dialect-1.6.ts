import type { Reading } from '../charging-curve';
import type { Payload, StopCause } from '../message';
import type { Dialect, SessionFacts, SessionMessage, SessionMoment } from './dialect';
import { readingValues, type ReadingContext } from './reading-values';

const STOP_REASONS: Record<StopCause, string> = {
  user: 'Local',
  unplugged: 'EVDisconnected',
  full: 'Other',
  remote: 'Remote',
  'reset-soft': 'SoftReset',
  'reset-hard': 'HardReset',
  unlock: 'UnlockCommand',
  deauthorized: 'DeAuthorized',
};

function meterValue(at: string, reading: Reading, context: ReadingContext): Payload {
  const sampledValue = readingValues(reading).map(({ value, measurand, unit, phase, location }) => ({
    value: String(value),
    context,
    measurand,
    ...(phase && { phase }),
    location,
    unit,
  }));
  return { timestamp: at, sampledValue };
}

function startTransaction(facts: SessionFacts, { at, reading }: SessionMoment): SessionMessage {
  const { connectorId, idToken, reservationId } = facts;
  const payload = {
    connectorId,
    idTag: idToken,
    meterStart: reading.registerWh,
    ...(reservationId !== undefined && { reservationId }),
    timestamp: at,
  };
  return {
    action: 'StartTransaction',
    naturalKey: `start:${connectorId}:${idToken}:${at}:${reading.registerWh}`,
    payload: () => payload,
  };
}

function meterValues(facts: SessionFacts, { at, reading }: SessionMoment): SessionMessage {
  const { connectorId } = facts;
  const values = [meterValue(at, reading, 'Sample.Periodic')];
  return {
    action: 'MeterValues',
    naturalKey: `meter:${connectorId}:${facts.sessionRef}:${at}`,
    payload: () => ({
      connectorId,
      ...(facts.transactionId !== null && { transactionId: facts.transactionId }),
      meterValue: values,
    }),
  };
}

function stopTransaction(facts: SessionFacts, { at, reading, stopCause = 'user' }: SessionMoment): SessionMessage {
  return {
    action: 'StopTransaction',
    naturalKey: `stop:${facts.connectorId}:${facts.sessionRef}:${at}:${reading.registerWh}`,
    payload: () => ({
      // What many chargers send for a transaction the server never gave a number to.
      transactionId: facts.transactionId ?? -1,
      idTag: facts.idToken,
      meterStop: reading.registerWh,
      timestamp: at,
      reason: STOP_REASONS[stopCause],
    }),
  };
}

export const dialect16: Dialect = {
  version: '1.6',
  boot: (identity) => ({
    action: 'BootNotification',
    payload: {
      chargePointVendor: identity.vendor,
      chargePointModel: identity.model,
      chargePointSerialNumber: identity.serialNumber,
      firmwareVersion: identity.firmwareVersion,
    },
  }),
  heartbeat: () => ({ action: 'Heartbeat', payload: {} }),
  authorize: (idToken) => ({ action: 'Authorize', payload: { idTag: idToken } }),
  tokenStatus: (response) => (response.idTagInfo as { status?: string } | undefined)?.status,
  status: (connectorId, status, timestamp, errorCode = 'NoError') => ({
    action: 'StatusNotification',
    payload: { connectorId, errorCode, status, timestamp },
  }),
  session: (facts, moment) => {
    switch (moment.phase) {
      case 'start':
        return startTransaction(facts, moment);
      case 'sample':
        return meterValues(facts, moment);
      case 'stop':
        return stopTransaction(facts, moment);
      case 'change':
        return undefined;
    }
  },
  transactionIdOf: (response) => (typeof response.transactionId === 'number' ? response.transactionId : undefined),
  idleMeterValues: (connectorId, at, reading) => ({
    action: 'MeterValues',
    payload: { connectorId, meterValue: [meterValue(at, reading, 'Trigger')] },
  }),
};
