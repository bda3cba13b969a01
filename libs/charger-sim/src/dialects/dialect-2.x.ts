import type { Reading } from '../charging-curve';
import type { Payload, StopCause } from '../message';
import type { Dialect, SessionFacts, SessionMessage, SessionMoment } from './dialect';
import { readingValues, type ReadingContext } from './reading-values';

const STOPS: Record<StopCause, { triggerReason: string; stoppedReason: string }> = {
  user: { triggerReason: 'StopAuthorized', stoppedReason: 'Local' },
  unplugged: { triggerReason: 'EVDeparted', stoppedReason: 'EVDisconnected' },
  full: { triggerReason: 'EnergyLimitReached', stoppedReason: 'SOCLimitReached' },
  remote: { triggerReason: 'RemoteStop', stoppedReason: 'Remote' },
  'reset-soft': { triggerReason: 'ResetCommand', stoppedReason: 'Reboot' },
  'reset-hard': { triggerReason: 'ResetCommand', stoppedReason: 'ImmediateReset' },
  unlock: { triggerReason: 'UnlockCommand', stoppedReason: 'Other' },
  deauthorized: { triggerReason: 'Deauthorized', stoppedReason: 'DeAuthorized' },
};

function meterValue(at: string, reading: Reading, context: ReadingContext): Payload {
  const sampledValue = readingValues(reading).map(({ value, measurand, unit, phase, location }) => ({
    value,
    context,
    measurand,
    ...(phase && { phase }),
    location,
    unitOfMeasure: { unit },
  }));
  return { timestamp: at, sampledValue };
}

function idToken(token: string): Payload {
  return { idToken: token, type: 'ISO14443' };
}

/** What differs between the four kinds of moment. */
function details(facts: SessionFacts, moment: SessionMoment): Payload {
  const evse = { id: facts.connectorId, connectorId: 1 };
  switch (moment.phase) {
    case 'start':
      return {
        eventType: 'Started',
        triggerReason: facts.trigger === 'remote' ? 'RemoteStart' : 'Authorized',
        transactionInfo: {
          transactionId: facts.sessionRef,
          chargingState: 'EVConnected',
          // 2.0.1 F02.FR.05: the id of the request that started it.
          ...(facts.remoteStartId !== undefined && { remoteStartId: facts.remoteStartId }),
        },
        evse,
        idToken: idToken(facts.idToken),
        numberOfPhasesUsed: facts.phases,
        meterValue: [meterValue(moment.at, moment.reading, 'Transaction.Begin')],
      };
    case 'change':
      return {
        eventType: 'Updated',
        triggerReason: 'ChargingStateChanged',
        transactionInfo: { transactionId: facts.sessionRef, chargingState: 'Charging' },
        evse,
      };
    case 'sample':
      return {
        eventType: 'Updated',
        triggerReason: 'MeterValuePeriodic',
        transactionInfo: { transactionId: facts.sessionRef, chargingState: 'Charging' },
        evse,
        meterValue: [meterValue(moment.at, moment.reading, 'Sample.Periodic')],
      };
    case 'stop': {
      const { triggerReason, stoppedReason } = STOPS[moment.stopCause ?? 'user'];
      return {
        eventType: 'Ended',
        triggerReason,
        transactionInfo: { transactionId: facts.sessionRef, stoppedReason },
        evse,
        ...(moment.stopCause === 'user' && { idToken: idToken(facts.idToken) }),
        meterValue: [meterValue(moment.at, moment.reading, 'Transaction.End')],
      };
    }
  }
}

function transactionEvent(facts: SessionFacts, moment: SessionMoment): SessionMessage {
  const seqNo = facts.seqNo++;
  const payload = {
    timestamp: moment.at,
    seqNo,
    // 2.0.1 E04.FR.03: events that happened offline say so.
    ...(moment.offline && { offline: true }),
    ...details(facts, moment),
  };
  return {
    action: 'TransactionEvent',
    naturalKey: `transaction:${facts.sessionRef}:${seqNo}`,
    payload: () => payload,
  };
}

function dialect2(version: '2.0.1' | '2.1'): Dialect {
  return {
    version,
    boot: (identity, reason) => ({
      action: 'BootNotification',
      payload: {
        reason,
        chargingStation: {
          vendorName: identity.vendor,
          model: identity.model,
          serialNumber: identity.serialNumber,
          firmwareVersion: identity.firmwareVersion,
        },
      },
    }),
    heartbeat: () => ({ action: 'Heartbeat', payload: {} }),
    authorize: (token) => ({ action: 'Authorize', payload: { idToken: idToken(token) } }),
    tokenStatus: (response) => (response.idTokenInfo as { status?: string } | undefined)?.status,
    status: (connectorId, status, timestamp) => {
      // 2.x knows connectors of EVSEs alone, and five states for them.
      if (connectorId === 0) return undefined;
      const connectorStatus = ['Preparing', 'Charging', 'Finishing'].includes(status) ? 'Occupied' : status;
      return {
        action: 'StatusNotification',
        payload: { timestamp, connectorStatus, evseId: connectorId, connectorId: 1 },
      };
    },
    session: transactionEvent,
    transactionIdOf: () => undefined,
    idleMeterValues: (connectorId, at, reading) => ({
      action: 'MeterValues',
      payload: { evseId: connectorId, meterValue: [meterValue(at, reading, 'Trigger')] },
    }),
  };
}

export const dialect201 = dialect2('2.0.1');
export const dialect21 = dialect2('2.1');
