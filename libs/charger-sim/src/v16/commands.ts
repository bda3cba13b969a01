import type { Command } from '../commands/command-target';
import { cancelReservation } from './cancel-reservation';
import { certificateSigned } from './certificate-signed';
import { changeAvailability } from './change-availability';
import { changeConfiguration } from './change-configuration';
import { clearCache } from './clear-cache';
import { clearChargingProfile } from './clear-charging-profile';
import { dataTransfer } from './data-transfer';
import { deleteCertificate } from './delete-certificate';
import { getCompositeSchedule } from './get-composite-schedule';
import { getConfiguration } from './get-configuration';
import { getDiagnostics } from './get-diagnostics';
import { getInstalledCertificateIds } from './get-installed-certificate-ids';
import { getLocalListVersion } from './get-local-list-version';
import { getLog } from './get-log';
import { installCertificate } from './install-certificate';
import { remoteStartTransaction } from './remote-start-transaction';
import { remoteStopTransaction } from './remote-stop-transaction';
import { reserveNow } from './reserve-now';
import { reset } from './reset';
import { sendLocalList } from './send-local-list';
import { setChargingProfile } from './set-charging-profile';
import { signedUpdateFirmware } from './signed-update-firmware';
import { unlockConnector } from './unlock-connector';
import { updateFirmware } from './update-firmware';
import { extendedTriggerMessage, triggerMessage } from './trigger-message';

/** Answers of a 1.6 charger, by action. A file each. */
export const COMMANDS_16: Readonly<Record<string, Command>> = {
  CancelReservation: cancelReservation,
  CertificateSigned: certificateSigned,
  ChangeAvailability: changeAvailability,
  ChangeConfiguration: changeConfiguration,
  ClearCache: clearCache,
  ClearChargingProfile: clearChargingProfile,
  DataTransfer: dataTransfer,
  DeleteCertificate: deleteCertificate,
  ExtendedTriggerMessage: extendedTriggerMessage,
  GetCompositeSchedule: getCompositeSchedule,
  GetConfiguration: getConfiguration,
  GetDiagnostics: getDiagnostics,
  GetInstalledCertificateIds: getInstalledCertificateIds,
  GetLocalListVersion: getLocalListVersion,
  GetLog: getLog,
  InstallCertificate: installCertificate,
  RemoteStartTransaction: remoteStartTransaction,
  RemoteStopTransaction: remoteStopTransaction,
  ReserveNow: reserveNow,
  Reset: reset,
  SendLocalList: sendLocalList,
  SetChargingProfile: setChargingProfile,
  SignedUpdateFirmware: signedUpdateFirmware,
  TriggerMessage: triggerMessage,
  UnlockConnector: unlockConnector,
  UpdateFirmware: updateFirmware,
};
