import { eventId, sessionKey } from '@chargestream/contracts';
import type { RequestOf } from '@chargestream/ocpp';
import { samplesOf2 } from '../../translation/ocpp2-samples';
import { isImplausible, utc } from '../../translation/timestamps';
import { mayRun } from '../concurrency';
import { receipt, type HandlerContext } from '../handler';
import { authorizationStatus } from './authorization-status';
import type { Handler2 } from './handler2';
import { idTokenInfo, type IdTokenInfo } from './id-token-info';

type Payload = RequestOf<'2.0.1', 'TransactionEvent'> | RequestOf<'2.1', 'TransactionEvent'>;
type IdToken = NonNullable<Payload['idToken']>;

/** 2.0.1 E01–E12: never refused. The natural key is (charger, transactionId, seqNo) and the content. */
export const transactionEvent: Handler2<'TransactionEvent'> = (context, { payload, hash }) => {
  const { tenantId, chargerId } = context.connection;
  const { transactionInfo, idToken, evse } = payload;
  const { transactionId } = transactionInfo;
  const happenedAt = utc(payload.timestamp);
  const kind = kindOf(payload.eventType);
  const info = idToken ? infoOf(context, payload, idToken) : null;
  if (kind === 'Ended') context.activeTokens.ended({ tenantId, chargerId, transactionId });
  const payloadHash = hash();
  // 2.0.1 TransactionEventResponse: idTokenInfo is answered exactly when an idToken was sent.
  return receipt(info === null ? {} : { idTokenInfo: info }, {
    id: eventId('TransactionReported', tenantId, chargerId, transactionId, payload.seqNo, payloadHash),
    type: 'TransactionReported',
    occurredAt: happenedAt ?? context.receivedAt,
    data: {
      kind,
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

/**
 * 2.0.1 AuthorizationStatusEnumType ConcurrentTx: only relevant for the Started event. A token that is presented to a running
 * transaction authorises it, or ends it.
 */
function infoOf(context: HandlerContext, payload: Payload, idToken: IdToken): IdTokenInfo {
  const info = idTokenInfo(context, idToken);
  const begins = payload.eventType === 'Started' || payload.triggerReason === 'Authorized';
  if (info.status !== 'Accepted' || !begins || idToken.type === 'NoAuthorization') return info;
  const { tenantId, chargerId } = context.connection;
  const { transactionId } = payload.transactionInfo;
  const evseId = payload.evse?.id ?? null;
  const transaction = { tenantId, chargerId, idToken: idToken.idToken, transactionId, evseId };
  if (payload.eventType === 'Started') return mayRun(context, transaction) ? info : { ...info, status: 'ConcurrentTx' };
  if (payload.eventType === 'Updated') context.activeTokens.started(transaction, context.receivedAtMs);
  return info;
}

/** Lenient validation keeps what it does not know; an event of a kind nobody knows changes nothing but the samples. */
function kindOf(eventType: string): 'Started' | 'Updated' | 'Ended' {
  return eventType === 'Started' || eventType === 'Ended' ? eventType : 'Updated';
}
