import { calls, impossible, optional, type Translator } from '../translation';
import { ADDRESS_2_NEEDED, addressOf2, keyOf16, type VariableAddress } from './variable-address';

/** 1.6 §5.8; 2.0.1 B06 GetVariables, or B07 GetBaseReport for everything: it is answered by NotifyReport. */
export const getConfiguration: Translator<'GET_CONFIGURATION'> = ({ keys, variables }, { version, requestId }) => {
  const wanted: VariableAddress[] = [...keys.map((key) => ({ key })), ...variables];
  if (version === '1.6') {
    const key = wanted.map(keyOf16);
    if (key.includes(null)) return impossible('OCPP 1.6 has configuration keys: give a key.');
    // 1.6 §5.8: without a list of keys the charger answers with all of them.
    return calls({ action: 'GetConfiguration', payload: key.length === 0 ? {} : { key } });
  }
  if (wanted.length === 0) {
    return calls({ action: 'GetBaseReport', payload: { requestId, reportBase: 'FullInventory' } });
  }
  const addresses = wanted.map((entry) => ({ entry, address: addressOf2(entry) }));
  if (addresses.some(({ address }) => address === null)) return impossible(ADDRESS_2_NEEDED);
  const getVariableData = addresses.map(({ entry, address }) => ({
    ...optional('attributeType', entry.attributeType),
    ...address,
  }));
  return calls({ action: 'GetVariables', payload: { getVariableData } });
};
