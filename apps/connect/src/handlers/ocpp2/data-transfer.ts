import { transferData } from '../data-transfer';
import { receipt, whenDone } from '../handler';
import type { Handler2 } from './handler2';

/** 2.0.1 P02. */
export const dataTransfer: Handler2<'DataTransfer'> = (context, message) =>
  whenDone(transferData(context, message), ({ answer, event }) => {
    const { status, data } = answer;
    return receipt({ status, ...(data === undefined ? {} : { data }) }, event);
  });
