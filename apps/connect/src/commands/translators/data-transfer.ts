import { calls, optional, type Translator } from '../translation';

/** 1.6 §5.6 (text only); 2.0.1 P01 (any JSON). */
export const dataTransfer: Translator<'DATA_TRANSFER'> = ({ vendorId, messageId, data }, { version }) => {
  if (version !== '1.6') {
    const payload = { ...optional('messageId', messageId), ...optional('data', data), vendorId };
    return calls({ action: 'DataTransfer', payload });
  }
  const text = data === null || data === undefined || typeof data === 'string' ? data : JSON.stringify(data);
  const payload = { vendorId, ...optional('messageId', messageId), ...optional('data', text) };
  return calls({ action: 'DataTransfer', payload });
};
