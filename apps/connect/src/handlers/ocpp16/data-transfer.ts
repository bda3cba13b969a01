import { transferData } from '../data-transfer';
import { receipt } from '../handler';
import type { Handler16 } from './handler16';

/** 1.6 §4.3. */
export const dataTransfer: Handler16<'DataTransfer'> = (context, message) => {
  const { answer, event } = transferData(context, message);
  const data = typeof answer.data === 'string' || answer.data === undefined ? answer.data : JSON.stringify(answer.data);
  return receipt({ status: answer.status, ...(data === undefined ? {} : { data }) }, event);
};
