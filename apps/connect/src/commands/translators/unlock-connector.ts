import { calls, type Translator } from '../translation';

/** 1.6 §5.18; 2.0.1 F05. An unknown connector is the charger's to reject. */
export const unlockConnector: Translator<'UNLOCK_CONNECTOR'> = ({ evseId, connectorId }, { version }) =>
  calls({
    action: 'UnlockConnector',
    payload: version === '1.6' ? { connectorId: evseId } : { evseId, connectorId },
  });
