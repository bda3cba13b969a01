import { samplesOf16 } from '../../translation/ocpp16-samples';
import { receipt } from '../handler';
import { meterValues as meterValuesReported } from '../meter-values';
import type { Handler16 } from './handler16';
import { transactionIdText } from './transaction-ids';

/** 1.6 §4.7. */
export const meterValues: Handler16<'MeterValues'> = (context, { payload, hash }) =>
  receipt(
    {},
    meterValuesReported(context, {
      evseId: payload.connectorId,
      connectorId: payload.connectorId === 0 ? 0 : 1,
      transactionId: transactionIdText(payload.transactionId),
      samples: samplesOf16(payload.meterValue, context.receivedAt),
      payloadHash: hash(),
    }),
  );
