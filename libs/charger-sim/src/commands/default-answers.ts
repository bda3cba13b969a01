import type { OcppVersionName } from '../journal';
import type { Payload } from '../message';

/** Answers to a CSMS's CALL without regard to any state. */
export type Answer = (request: Payload) => Payload;

const status =
  (value: string): Answer =>
  () => ({ status: value });
const accepted = status('Accepted');
const empty: Answer = () => ({});

const COMMON: Record<string, Answer> = {
  CancelReservation: accepted,
  CertificateSigned: accepted,
  ChangeAvailability: accepted,
  ClearCache: accepted,
  ClearChargingProfile: accepted,
  DataTransfer: status('UnknownVendorId'),
  DeleteCertificate: accepted,
  GetCompositeSchedule: status('Rejected'),
  GetInstalledCertificateIds: status('NotFound'),
  GetLog: () => ({ status: 'Accepted', filename: 'charger.log' }),
  InstallCertificate: accepted,
  ReserveNow: accepted,
  Reset: accepted,
  SendLocalList: accepted,
  SetChargingProfile: accepted,
  TriggerMessage: accepted,
  UnlockConnector: status('Unlocked'),
};

const ONLY_16: Record<string, Answer> = {
  ChangeConfiguration: accepted,
  ExtendedTriggerMessage: accepted,
  GetConfiguration: () => ({ configurationKey: [], unknownKey: [] }),
  GetDiagnostics: () => ({ fileName: 'diagnostics.zip' }),
  GetLocalListVersion: () => ({ listVersion: 0 }),
  RemoteStartTransaction: accepted,
  RemoteStopTransaction: accepted,
  SignedUpdateFirmware: accepted,
  UpdateFirmware: empty,
};

/** Each element of a list in the request, as a list of results. */
function each(request: Payload, list: string, result: (item: Payload) => Payload): Payload[] {
  return ((request[list] ?? []) as Payload[]).map(result);
}

const ONLY_2X: Record<string, Answer> = {
  ClearDisplayMessage: accepted,
  ClearVariableMonitoring: (request) => ({
    clearMonitoringResult: ((request.id ?? []) as number[]).map((id) => ({ id, status: 'NotFound' })),
  }),
  CostUpdated: empty,
  CustomerInformation: accepted,
  GetBaseReport: accepted,
  GetChargingProfiles: status('NoProfiles'),
  GetDisplayMessages: status('Unknown'),
  GetLocalListVersion: () => ({ versionNumber: 0 }),
  GetMonitoringReport: status('EmptyResultSet'),
  GetReport: status('EmptyResultSet'),
  GetTransactionStatus: () => ({ messagesInQueue: false }),
  GetVariables: (request) => ({
    getVariableResult: each(request, 'getVariableData', ({ component, variable }) => ({
      attributeStatus: 'UnknownVariable',
      component,
      variable,
    })),
  }),
  PublishFirmware: accepted,
  RequestStartTransaction: accepted,
  RequestStopTransaction: accepted,
  SetDisplayMessage: accepted,
  SetMonitoringBase: accepted,
  SetMonitoringLevel: accepted,
  SetNetworkProfile: accepted,
  SetVariableMonitoring: (request) => ({
    setMonitoringResult: each(request, 'setMonitoringData', ({ type, severity, component, variable }) => ({
      status: 'Accepted',
      id: 1,
      type,
      severity,
      component,
      variable,
    })),
  }),
  SetVariables: (request) => ({
    setVariableResult: each(request, 'setVariableData', ({ component, variable }) => ({
      attributeStatus: 'Accepted',
      component,
      variable,
    })),
  }),
  UnpublishFirmware: status('NoFirmware'),
  UpdateFirmware: accepted,
};

const ONLY_21: Record<string, Answer> = {
  AFRRSignal: accepted,
  AdjustPeriodicEventStream: accepted,
  ChangeTransactionTariff: status('TxNotFound'),
  ClearDERControl: status('NotFound'),
  ClearTariffs: () => ({ clearTariffsResult: [{ status: 'NoTariff' }] }),
  GetDERControl: status('NotFound'),
  GetPeriodicEventStream: empty,
  GetTariffs: status('NoTariff'),
  NotifyAllowedEnergyTransfer: accepted,
  NotifyWebPaymentStarted: empty,
  RequestBatterySwap: accepted,
  SetDERControl: accepted,
  SetDefaultTariff: accepted,
  UpdateDynamicSchedule: accepted,
  UsePriorityCharging: status('NoProfile'),
};

/** A sensible answer for every CSMS→charger message of each version: Accepted where a charger would accept. */
export const DEFAULT_ANSWERS: Record<OcppVersionName, Readonly<Record<string, Answer>>> = {
  '1.6': { ...COMMON, ...ONLY_16 },
  '2.0.1': { ...COMMON, ...ONLY_2X },
  '2.1': { ...COMMON, ...ONLY_2X, ...ONLY_21 },
};
