import type { ChargerCommand } from '@chargestream/contracts';
import type { Translation, TranslationContext } from '../translation';
import { callCharger } from './call-charger';
import { cancelReservation } from './cancel-reservation';
import { clearCache } from './clear-cache';
import { clearChargingProfile } from './clear-charging-profile';
import { dataTransfer } from './data-transfer';
import { deleteCertificate } from './delete-certificate';
import { getCompositeSchedule } from './get-composite-schedule';
import { getConfiguration } from './get-configuration';
import { getInstalledCertificates } from './get-installed-certificates';
import { getLocalListVersion } from './get-local-list-version';
import { getLogs } from './get-logs';
import { installCertificate } from './install-certificate';
import { reserve } from './reserve';
import { resetCharger } from './reset-charger';
import { sendLocalList } from './send-local-list';
import { sendSignedCertificate } from './send-signed-certificate';
import { setAvailability } from './set-availability';
import { setChargingProfile } from './set-charging-profile';
import { setConfiguration } from './set-configuration';
import { startCharging } from './start-charging';
import { stopCharging } from './stop-charging';
import { triggerMessage } from './trigger-message';
import { unlockConnector } from './unlock-connector';
import { updateFirmware } from './update-firmware';

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
    case 'GET_LOCAL_LIST_VERSION':
      return getLocalListVersion(command, context);
    case 'SEND_LOCAL_LIST':
      return sendLocalList(command, context);
    case 'RESERVE':
      return reserve(command, context);
    case 'CANCEL_RESERVATION':
      return cancelReservation(command, context);
    case 'SET_CHARGING_PROFILE':
      return setChargingProfile(command, context);
    case 'CLEAR_CHARGING_PROFILE':
      return clearChargingProfile(command, context);
    case 'GET_COMPOSITE_SCHEDULE':
      return getCompositeSchedule(command, context);
    case 'UPDATE_FIRMWARE':
      return updateFirmware(command, context);
    case 'GET_LOGS':
      return getLogs(command, context);
    case 'INSTALL_CERTIFICATE':
      return installCertificate(command, context);
    case 'DELETE_CERTIFICATE':
      return deleteCertificate(command, context);
    case 'GET_INSTALLED_CERTIFICATES':
      return getInstalledCertificates(command, context);
    case 'SEND_SIGNED_CERTIFICATE':
      return sendSignedCertificate(command, context);
    case 'CALL_CHARGER':
      return callCharger(command, context);
  }
}
