import { eventId, sessionKey } from '@chargestream/contracts';
import { samplesOf2 } from '../../translation/ocpp2-samples';
import { isImplausible, utc } from '../../translation/timestamps';
import { receipt } from '../handler';
import { authorizationStatus } from './authorization-status';
import type { Handler2 } from './handler2';
import { idTokenInfo } from './id-token-info';

/** 2.0.1 E01–E12: never refused. The natural key is (charger, transactionId, seqNo) and the content. */
export const transactionEvent: Handler2<'TransactionEvent'> = (context, { payload, hash }) => {
  const { tenantId, chargerId } = context.connection;
  const { transactionInfo, idToken, evse } = payload;
  const { transactionId } = transactionInfo;
  const happenedAt = utc(payload.timestamp);
  const info = idToken ? idTokenInfo(context, idToken) : null;
  const payloadHash = hash();
  // 2.0.1 TransactionEventResponse: idTokenInfo is answered exactly when an idToken was sent.
  return receipt(info === null ? {} : { idTokenInfo: info }, {
    id: eventId('TransactionReported', tenantId, chargerId, transactionId, payload.seqNo, payloadHash),
    type: 'TransactionReported',
    occurredAt: happenedAt ?? context.receivedAt,
    data: {
      kind: kindOf(payload.eventType),
      sessionKey: sessionKey(tenantId, chargerId, transactionId),
      transactionId,
      evseId: evse?.id ?? null,
      connectorId: evse?.connectorId ?? null,
      token: idToken ? { idToken: idToken.idToken, type: idToken.type } : null,
      authorizationStatus: info === null ? null : authorizationStatus(info.status),
      seqNo: payload.seqNo,
      offline: payload.offline ?? false,
      triggerReason: payload.triggerReason ?? null,
      chargingState: transactionInfo.chargingState ?? null,
      // 2.0.1 TransactionType.stoppedReason: may only be left out when it is Local.
      stoppedReason: transactionInfo.stoppedReason ?? (payload.eventType === 'Ended' ? 'Local' : null),
      meterWh: null,
      reservationId: payload.reservationId ?? null,
      remoteStartId: transactionInfo.remoteStartId ?? null,
      timeSpentChargingS: transactionInfo.timeSpentCharging ?? null,
      samples: samplesOf2(payload.meterValue, context.receivedAt),
      payloadHash,
      clockImplausible: isImplausible(happenedAt ?? '', context.receivedAtMs, context.clockTolerance),
    },
  });
};

/** Lenient validation keeps what it does not know; an event of a kind nobody knows changes nothing but the samples. */
function kindOf(eventType: string): 'Started' | 'Updated' | 'Ended' {
  return eventType === 'Started' || eventType === 'Ended' ? eventType : 'Updated';
}
