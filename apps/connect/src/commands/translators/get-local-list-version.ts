import { calls, type Translator } from '../translation';

/** 1.6 §5.10; 2.0.1 D02. */
export const getLocalListVersion: Translator<'GET_LOCAL_LIST_VERSION'> = () =>
  calls({ action: 'GetLocalListVersion', payload: {} });
