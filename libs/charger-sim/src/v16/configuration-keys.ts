/** A configuration key of 1.6 as its tables in §9 and whitepaper §7 have it. */
export interface ConfigurationKey {
  value: string;
  type: 'boolean' | 'integer' | 'string' | 'list';
  readonly: boolean;
  /** Whitepaper §7.2: never read out. */
  writeOnly?: boolean;
  /** A new value counts after the next boot. */
  needsReboot?: boolean;
  /** Words a list or a string may have. */
  allowed?: readonly string[];
  /** Of an integer. */
  least?: number;
  most?: number;
  /** Characters; 500 (ChangeConfiguration's own limit) unless given. */
  maxLength?: number;
}

type Kind = Omit<ConfigurationKey, 'value' | 'readonly'>;

const BOOLEAN: Kind = { type: 'boolean' };
const INTEGER: Kind = { type: 'integer', least: 0 };
const TEXT: Kind = { type: 'string' };

const rw = (value: string, kind: Kind, more: Partial<ConfigurationKey> = {}): ConfigurationKey => ({
  ...kind,
  value,
  readonly: false,
  ...more,
});
const ro = (value: string, kind: Kind): ConfigurationKey => ({ ...kind, value, readonly: true });

const MEASURANDS: Kind = {
  type: 'list',
  allowed: ['Energy.Active.Import.Register', 'Power.Active.Import', 'SoC', 'Voltage', 'Current.Import'],
};
const ALL_MEASURANDS = MEASURANDS.allowed!.join(',');

const CORE: Record<string, ConfigurationKey> = {
  AllowOfflineTxForUnknownId: rw('false', BOOLEAN),
  AuthorizationCacheEnabled: rw('true', BOOLEAN),
  AuthorizeRemoteTxRequests: rw('false', BOOLEAN),
  BlinkRepeat: rw('3', INTEGER),
  ClockAlignedDataInterval: rw('0', INTEGER),
  ConnectionTimeOut: rw('60', INTEGER),
  ConnectorPhaseRotation: rw('NotApplicable', TEXT, { needsReboot: true }),
  ConnectorPhaseRotationMaxLength: ro('10', INTEGER),
  GetConfigurationMaxKeys: ro('100', INTEGER),
  HeartbeatInterval: rw('300', INTEGER),
  LightIntensity: rw('50', INTEGER, { most: 100 }),
  LocalAuthorizeOffline: rw('true', BOOLEAN),
  LocalPreAuthorize: rw('false', BOOLEAN),
  MaxEnergyOnInvalidId: rw('0', INTEGER),
  MeterValuesAlignedData: rw('Energy.Active.Import.Register', MEASURANDS),
  MeterValuesAlignedDataMaxLength: ro('10', INTEGER),
  MeterValuesSampledData: rw(ALL_MEASURANDS, MEASURANDS),
  MeterValuesSampledDataMaxLength: ro('10', INTEGER),
  MeterValueSampleInterval: rw('60', INTEGER),
  MinimumStatusDuration: rw('0', INTEGER),
  ResetRetries: rw('1', INTEGER),
  StopTransactionOnEVSideDisconnect: rw('true', BOOLEAN),
  StopTransactionOnInvalidId: rw('true', BOOLEAN),
  StopTxnAlignedData: rw('', MEASURANDS),
  StopTxnAlignedDataMaxLength: ro('10', INTEGER),
  StopTxnSampledData: rw('', MEASURANDS),
  StopTxnSampledDataMaxLength: ro('10', INTEGER),
  SupportedFeatureProfiles: ro(
    'Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger',
    TEXT,
  ),
  SupportedFeatureProfilesMaxLength: ro('6', INTEGER),
  SupportedFileTransferProtocols: ro('HTTP,HTTPS', TEXT),
  TransactionMessageAttempts: rw('3', INTEGER),
  TransactionMessageRetryInterval: rw('5', INTEGER),
  UnlockConnectorOnEVSideDisconnect: rw('true', BOOLEAN),
  WebSocketPingInterval: rw('0', INTEGER, { needsReboot: true }),
};

const OTHER_PROFILES: Record<string, ConfigurationKey> = {
  LocalAuthListEnabled: rw('true', BOOLEAN),
  LocalAuthListMaxLength: ro('1000', INTEGER),
  SendLocalListMaxLength: ro('500', INTEGER),
  ReserveConnectorZeroSupported: ro('true', BOOLEAN),
  ChargeProfileMaxStackLevel: ro('10', INTEGER),
  ChargingScheduleAllowedChargingRateUnit: ro('Current,Power', TEXT),
  ChargingScheduleMaxPeriods: ro('48', INTEGER),
  ConnectorSwitch3to1PhaseSupported: ro('false', BOOLEAN),
  MaxChargingProfilesInstalled: ro('20', INTEGER),
};

/** Whitepaper §7. */
const SECURITY: Record<string, ConfigurationKey> = {
  AdditionalRootCertificateCheck: ro('false', BOOLEAN),
  AuthorizationKey: rw('', TEXT, { writeOnly: true, maxLength: 40 }),
  CertificateSignedMaxChainSize: ro('10000', INTEGER),
  CertificateStoreMaxLength: ro('10', INTEGER),
  CpoName: rw('Northwind Charging', TEXT),
  SecurityProfile: rw('0', INTEGER, { most: 3 }),
};

export const CONFIGURATION_KEYS: Readonly<Record<string, ConfigurationKey>> = {
  ...CORE,
  ...OTHER_PROFILES,
  ...SECURITY,
};

/** Whether a key may have this value, by its type alone. */
export function isAllowed(key: ConfigurationKey, value: string): boolean {
  if (value.length > (key.maxLength ?? 500)) return false;
  switch (key.type) {
    case 'boolean':
      return /^(true|false)$/i.test(value);
    case 'integer':
      return /^\d{1,9}$/.test(value) && Number(value) >= (key.least ?? 0) && Number(value) <= (key.most ?? Infinity);
    case 'list':
      return value === '' || value.split(',').every((word) => key.allowed?.includes(word.trim()) ?? true);
    case 'string':
      return true;
  }
}
