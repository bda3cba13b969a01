import { calls, impossible, optional, type Translator } from '../translation';
import { ADDRESS_2_NEEDED, addressOf2, keyOf16 } from './variable-address';

/** 1.6 §5.3: one ChangeConfiguration for each key, one after the other; 2.0.1 B05 SetVariables for all at once. */
export const setConfiguration: Translator<'SET_CONFIGURATION'> = ({ entries }, { version }) => {
  if (entries.length === 0) return impossible('There is nothing to set: give at least one entry.');
  if (version === '1.6') {
    const payloads = entries.map((entry) => ({ key: keyOf16(entry), value: entry.value }));
    if (payloads.some(({ key }) => key === null)) return impossible('OCPP 1.6 has configuration keys: give a key.');
    return calls(...payloads.map((payload) => ({ action: 'ChangeConfiguration', payload })));
  }
  const addresses = entries.map((entry) => ({ entry, address: addressOf2(entry) }));
  if (addresses.some(({ address }) => address === null)) return impossible(ADDRESS_2_NEEDED);
  const setVariableData = addresses.map(({ entry, address }) => ({
    ...optional('attributeType', entry.attributeType),
    attributeValue: entry.value,
    ...address,
  }));
  return calls({ action: 'SetVariables', payload: { setVariableData } });
};
