import { transferData } from '../data-transfer';
import { receipt } from '../handler';
import type { Handler2 } from './handler2';

/** 2.0.1 P02. */
export const dataTransfer: Handler2<'DataTransfer'> = (context, message) => {
  const { answer, event } = transferData(context, message);
  return receipt({ status: answer.status, ...(answer.data === undefined ? {} : { data: answer.data }) }, event);
};
