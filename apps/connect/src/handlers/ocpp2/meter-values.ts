import { samplesOf2 } from '../../translation/ocpp2-samples';
import { receipt } from '../handler';
import { meterValues as meterValuesReported } from '../meter-values';
import type { Handler2 } from './handler2';

/** 2.0.1 J01: outside a transaction, so it names none. */
export const meterValues: Handler2<'MeterValues'> = (context, { payload, hash }) =>
  receipt(
    {},
    meterValuesReported(context, {
      evseId: payload.evseId,
      connectorId: null,
      transactionId: null,
      samples: samplesOf2(payload.meterValue, context.receivedAt),
      payloadHash: hash(),
    }),
  );
