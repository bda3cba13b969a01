import type { OcppVersion } from '@chargestream/ocpp';
import { heartbeatText, meterValuesText } from '../prepared-call';

export interface CodecSample {
  name: string;
  version: OcppVersion;
  text: string;
}

const at = '2026-03-01T10:00:00.000Z';

function call(version: OcppVersion, action: string, payload: unknown, note = ''): CodecSample {
  const text = JSON.stringify([2, '5f0c1b9e-7d42-4c1a-9b3e-000000000001', action, payload]);
  return { name: `${version} ${action}${note}`, version, text };
}

const transactionEvent = {
  eventType: 'Updated',
  timestamp: at,
  triggerReason: 'MeterValuePeriodic',
  seqNo: 7,
  transactionInfo: { transactionId: '0d1b3a5e-6f2c-4a7e-8c55-2f6f7f0c9a11', chargingState: 'Charging' },
  evse: { id: 1, connectorId: 1 },
  meterValue: [
    {
      timestamp: at,
      sampledValue: [
        { value: 12345.6, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'Wh' } },
        { value: 11040.5, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W' } },
      ],
    },
  ],
};

const variable = (name: string, value: string) => ({
  component: { name: 'OCPPCommCtrlr' },
  variable: { name },
  variableAttribute: [{ type: 'Actual', value, mutability: 'ReadWrite', persistent: true }],
  variableCharacteristics: { dataType: 'integer', supportsMonitoring: false, unit: 's' },
});

/** One message of each kind that chargers send, as they come over the wire; the last one bends the schema. */
export const CODEC_SAMPLES: readonly CodecSample[] = [
  { name: '1.6 Heartbeat', version: '1.6', text: heartbeatText() },
  call('1.6', 'BootNotification', {
    chargePointVendor: 'ChargeStream',
    chargePointModel: 'Bench',
    chargePointSerialNumber: 'CS-000042',
    firmwareVersion: '1.2.3',
  }),
  call('1.6', 'Authorize', { idTag: '04A1B2C3D4E5F6' }),
  call('1.6', 'StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging', timestamp: at }),
  call('1.6', 'StartTransaction', { connectorId: 1, idTag: '04A1B2C3D4E5F6', meterStart: 1200, timestamp: at }),
  { name: '1.6 MeterValues, 430 bytes', version: '1.6', text: meterValuesText(1234567890) },
  call('1.6', 'StopTransaction', { transactionId: 123, idTag: '04A1B2C3D4E5F6', meterStop: 15000, timestamp: at }),
  call('2.0.1', 'TransactionEvent', transactionEvent),
  call('2.0.1', 'NotifyReport', {
    requestId: 1,
    generatedAt: at,
    seqNo: 0,
    tbc: true,
    reportData: ['HeartbeatInterval', 'RetryBackOffRepeatTimes', 'WebSocketPingInterval'].map((name) =>
      variable(name, '60'),
    ),
  }),
  call('2.1', 'TransactionEvent', transactionEvent),
  call(
    '1.6',
    'MeterValues',
    {
      connectorId: 1,
      transactionId: null,
      meterValue: [{ timestamp: at, sampledValue: [{ value: 1234.5, unit: 'Wh' }] }],
    },
    ' bent (numbers, nulls)',
  ),
];
