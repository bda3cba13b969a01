import { eventId } from '@chargestream/contracts';
import { samplesOf16 } from '../../translation/ocpp16-samples';
import { isImplausible, isReplayed, utc } from '../../translation/timestamps';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';
import { idTagInfo } from './id-tag-info';
import { transactionIdText } from './transaction-ids';

/** 1.6 §4.10: "the Central System SHALL respond"; an unknown transaction is stored and answered like any other. */
export const stopTransaction: Handler16<'StopTransaction'> = (context, { payload, hash }) => {
  const { tenantId, chargerId } = context.connection;
  const stoppedAt = utc(payload.timestamp);
  const clockImplausible = isImplausible(stoppedAt ?? '', context.receivedAtMs, context.clockTolerance);
  const transactionId = transactionIdText(payload.transactionId) ?? '-1';
  const info = payload.idTag === undefined ? null : idTagInfo(context, payload.idTag);
  const payloadHash = hash();
  context.activeTokens.ended({ tenantId, chargerId, transactionId });
  return receipt(info === null ? {} : { idTagInfo: info }, {
    id: eventId('TransactionReported', 'Ended', tenantId, chargerId, transactionId, payload.timestamp, payloadHash),
    type: 'TransactionReported',
    occurredAt: stoppedAt ?? context.receivedAt,
    data: {
      kind: 'Ended',
      sessionKey: context.memory.transactionEnded(payload.transactionId),
      transactionId,
      evseId: null,
      connectorId: null,
      token: payload.idTag === undefined ? null : { idToken: payload.idTag, type: null },
      authorizationStatus: info?.status ?? null,
      seqNo: null,
      offline: !clockImplausible && stoppedAt !== null && isReplayed(stoppedAt, context.receivedAtMs),
      triggerReason: null,
      chargingState: null,
      // 1.6 §6.49: an absent reason is Local.
      stoppedReason: payload.reason ?? 'Local',
      meterWh: payload.meterStop,
      reservationId: null,
      remoteStartId: null,
      timeSpentChargingS: null,
      samples: samplesOf16(payload.transactionData, context.receivedAt),
      payloadHash,
      clockImplausible,
    },
  });
};
