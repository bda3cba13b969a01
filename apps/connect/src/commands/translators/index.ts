import type { ChargerCommand } from '@chargestream/contracts';
import type { Translation, TranslationContext } from '../translation';
import { callCharger } from './call-charger';
import { clearCache } from './clear-cache';
import { dataTransfer } from './data-transfer';
import { getConfiguration } from './get-configuration';
import { resetCharger } from './reset-charger';
import { setAvailability } from './set-availability';
import { setConfiguration } from './set-configuration';
import { startCharging } from './start-charging';
import { stopCharging } from './stop-charging';
import { triggerMessage } from './trigger-message';
import { unlockConnector } from './unlock-connector';

/** A neutral command in the words of the charger's version. */
export function translate(command: ChargerCommand, context: TranslationContext): Translation {
  switch (command.kind) {
    case 'START_CHARGING':
      return startCharging(command, context);
    case 'STOP_CHARGING':
      return stopCharging(command, context);
    case 'UNLOCK_CONNECTOR':
      return unlockConnector(command, context);
    case 'RESET_CHARGER':
      return resetCharger(command, context);
    case 'SET_AVAILABILITY':
      return setAvailability(command, context);
    case 'TRIGGER_MESSAGE':
      return triggerMessage(command, context);
    case 'GET_CONFIGURATION':
      return getConfiguration(command, context);
    case 'SET_CONFIGURATION':
      return setConfiguration(command, context);
    case 'CLEAR_CACHE':
      return clearCache(command, context);
    case 'DATA_TRANSFER':
      return dataTransfer(command, context);
    case 'CALL_CHARGER':
      return callCharger(command, context);
  }
}
