import { calls, impossible, type Translator } from '../translation';

/** 1.6 §5.12 RemoteStopTransaction; 2.0.1 F03 RequestStopTransaction. */
export const stopCharging: Translator<'STOP_CHARGING'> = ({ transactionId }, { version }) => {
  if (version !== '1.6') return calls({ action: 'RequestStopTransaction', payload: { transactionId } });
  if (!/^-?\d+$/.test(transactionId)) {
    return impossible(`OCPP 1.6 knows transactions by whole numbers; ${JSON.stringify(transactionId)} is none.`);
  }
  return calls({ action: 'RemoteStopTransaction', payload: { transactionId: Number(transactionId) } });
};
