import { transferData } from '../data-transfer';
import { receipt, whenDone } from '../handler';
import type { Handler16 } from './handler16';

/** 1.6 §4.3. */
export const dataTransfer: Handler16<'DataTransfer'> = (context, message) =>
  whenDone(transferData(context, message), ({ answer, event }) => {
    const { status, data } = answer;
    if (data === undefined) return receipt({ status }, event);
    return receipt({ status, data: typeof data === 'string' ? data : JSON.stringify(data) }, event);
  });
