import type { ProtocolVersion } from '@chargestream/contracts';
import type { Handler } from './handler';
import * as ocpp16 from './ocpp16';
import * as ocpp2 from './ocpp2';

/** The payload was validated against the schema of version and action before a handler sees it. */
export type AnyHandler = Handler<never>;

const table16: Record<string, AnyHandler> = {
  BootNotification: ocpp16.bootNotification,
  Heartbeat: ocpp16.heartbeat,
  Authorize: ocpp16.authorize,
  StatusNotification: ocpp16.statusNotification,
  StartTransaction: ocpp16.startTransaction,
  MeterValues: ocpp16.meterValues,
  StopTransaction: ocpp16.stopTransaction,
  DataTransfer: ocpp16.dataTransfer,
  DiagnosticsStatusNotification: ocpp16.diagnosticsStatusNotification,
  FirmwareStatusNotification: ocpp16.firmwareStatusNotification,
  LogStatusNotification: ocpp16.logStatusNotification,
  SecurityEventNotification: ocpp16.securityEventNotification,
  SignCertificate: ocpp16.signCertificate,
  SignedFirmwareStatusNotification: ocpp16.signedFirmwareStatusNotification,
};

const table2: Record<string, AnyHandler> = {
  BootNotification: ocpp2.bootNotification,
  Heartbeat: ocpp2.heartbeat,
  Authorize: ocpp2.authorize,
  StatusNotification: ocpp2.statusNotification,
  TransactionEvent: ocpp2.transactionEvent,
  MeterValues: ocpp2.meterValues,
  NotifyReport: ocpp2.notifyReport,
  DataTransfer: ocpp2.dataTransfer,
  FirmwareStatusNotification: ocpp2.firmwareStatusNotification,
  LogStatusNotification: ocpp2.logStatusNotification,
  SecurityEventNotification: ocpp2.securityEventNotification,
};

const HANDLERS: Record<ProtocolVersion, ReadonlyMap<string, AnyHandler>> = {
  '1.6': new Map(Object.entries(table16)),
  '2.0.1': new Map(Object.entries(table2)),
  '2.1': new Map(Object.entries(table2)),
};

/** @returns undefined for what has no handler yet: it is answered NotImplemented. */
export function handlerFor(version: ProtocolVersion, action: string): AnyHandler | undefined {
  return HANDLERS[version].get(action);
}
