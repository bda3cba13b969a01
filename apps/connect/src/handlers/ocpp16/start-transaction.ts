import { eventId, transactionIdOf } from '@chargestream/contracts';
import { isImplausible, isReplayed, utc } from '../../translation/timestamps';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';
import { idTagInfoOfStart } from './id-tag-info';
import { keyOfStart } from './transaction-ids';

/** 1.6 §4.8: always gets a transactionId, whatever the idTag's status: the charger may have started it offline. */
export const startTransaction: Handler16<'StartTransaction'> = (context, { payload, hash }) => {
  const startedAt = utc(payload.timestamp);
  const clockImplausible = isImplausible(startedAt ?? '', context.receivedAtMs, context.clockTolerance);
  const key = keyOfStart(context, payload, clockImplausible);
  const transactionId = transactionIdOf(key);
  context.memory.transactionStarted(transactionId, key);
  const info = idTagInfoOfStart(context, payload.idTag, { transactionId, connectorId: payload.connectorId });
  return receipt(
    { idTagInfo: info, transactionId },
    {
      id: eventId('TransactionReported', 'Started', key),
      type: 'TransactionReported',
      occurredAt: startedAt ?? context.receivedAt,
      data: {
        kind: 'Started',
        sessionKey: key,
        transactionId: String(transactionId),
        evseId: payload.connectorId,
        connectorId: 1,
        token: { idToken: payload.idTag, type: null },
        authorizationStatus: info.status,
        seqNo: null,
        offline: !clockImplausible && startedAt !== null && isReplayed(startedAt, context.receivedAtMs),
        triggerReason: null,
        chargingState: null,
        stoppedReason: null,
        meterWh: payload.meterStart,
        reservationId: payload.reservationId ?? null,
        remoteStartId: null,
        timeSpentChargingS: null,
        samples: [],
        payloadHash: hash(),
        clockImplausible,
      },
    },
  );
};
