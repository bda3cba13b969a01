import type { Payload } from '../message';

interface Key {
  value: string;
  readonly: boolean;
}

const DEFAULTS: Record<string, Key> = {
  AuthorizeRemoteTxRequests: { value: 'false', readonly: false },
  ClockAlignedDataInterval: { value: '0', readonly: false },
  ConnectionTimeOut: { value: '60', readonly: false },
  GetConfigurationMaxKeys: { value: '50', readonly: true },
  HeartbeatInterval: { value: '300', readonly: false },
  LocalAuthorizeOffline: { value: 'true', readonly: false },
  LocalPreAuthorize: { value: 'false', readonly: false },
  MeterValueSampleInterval: { value: '60', readonly: false },
  MeterValuesSampledData: {
    value: 'Energy.Active.Import.Register,Power.Active.Import,SoC,Voltage,Current.Import',
    readonly: false,
  },
  ResetRetries: { value: '1', readonly: false },
  StopTransactionOnEVSideDisconnect: { value: 'true', readonly: false },
  StopTransactionOnInvalidId: { value: 'true', readonly: false },
  SupportedFeatureProfiles: { value: 'Core,RemoteTrigger,Reservation,SmartCharging', readonly: true },
  TransactionMessageAttempts: { value: '3', readonly: false },
  TransactionMessageRetryInterval: { value: '5', readonly: false },
  UnlockConnectorOnEVSideDisconnect: { value: 'true', readonly: false },
};

/** 2.x spells the same settings as variables of components. */
const VARIABLES: Record<string, string> = {
  'OCPPCommCtrlr/HeartbeatInterval': 'HeartbeatInterval',
  'OCPPCommCtrlr/MessageAttempts': 'TransactionMessageAttempts',
  'OCPPCommCtrlr/MessageAttemptInterval': 'TransactionMessageRetryInterval',
  'SampledDataCtrlr/TxUpdatedInterval': 'MeterValueSampleInterval',
  'SampledDataCtrlr/TxUpdatedMeasurands': 'MeterValuesSampledData',
  'AlignedDataCtrlr/Interval': 'ClockAlignedDataInterval',
  'AuthCtrlr/AuthorizeRemoteStart': 'AuthorizeRemoteTxRequests',
  'AuthCtrlr/LocalPreAuthorize': 'LocalPreAuthorize',
  'TxCtrlr/EVConnectionTimeOut': 'ConnectionTimeOut',
  'TxCtrlr/StopTxOnInvalidId': 'StopTransactionOnInvalidId',
  'TxCtrlr/StopTxOnEVSideDisconnect': 'StopTransactionOnEVSideDisconnect',
};
const NUMERIC = /Interval|TimeOut|Attempts|Retries/;

/** What a CSMS may read and set, for all versions. */
export class Configuration {
  private readonly keys: Map<string, Key>;

  constructor(overrides: Record<string, string> = {}, connectors = 1) {
    this.keys = new Map(Object.entries(DEFAULTS).map(([name, key]) => [name, { ...key }]));
    this.keys.set('NumberOfConnectors', { value: String(connectors), readonly: true });
    for (const [name, value] of Object.entries(overrides)) this.keys.set(name, { value, readonly: false });
  }

  /** @returns NaN when the key is unknown */
  number(name: string): number {
    return Number(this.keys.get(name)?.value);
  }

  text(name: string): string | undefined {
    return this.keys.get(name)?.value;
  }

  /** The charger's own setting, whatever the CSMS may do. */
  put(name: string, value: string): void {
    this.keys.set(name, { value, readonly: this.keys.get(name)?.readonly ?? false });
  }

  set(name: string, value: string): 'Accepted' | 'Rejected' | 'NotSupported' {
    const key = this.keys.get(name);
    // 1.6 §5.3: an unknown key is NotSupported, a value out of range Rejected.
    if (!key) return 'NotSupported';
    if (key.readonly || (NUMERIC.test(name) && !/^\d+$/.test(value))) return 'Rejected';
    key.value = value;
    return 'Accepted';
  }

  /** 1.6 GetConfiguration: all keys when none is named. */
  getConfiguration(names: readonly string[]): Payload {
    const wanted = names.length > 0 ? names : [...this.keys.keys()];
    const known = wanted.filter((name) => this.keys.has(name));
    return {
      configurationKey: known.map((key) => ({ key, ...this.keys.get(key)! })),
      unknownKey: wanted.filter((name) => !this.keys.has(name)),
    };
  }

  /** 2.x GetVariables, one result per datum. */
  getVariable({ component, variable, attributeType }: Payload): Payload {
    const found = this.find(component as { name: string }, variable as { name: string });
    if (typeof found !== 'string') return { ...found, component, variable };
    if (attributeType !== undefined && attributeType !== 'Actual') {
      return { attributeStatus: 'NotSupportedAttributeType', component, variable };
    }
    return { attributeStatus: 'Accepted', attributeValue: this.keys.get(found)!.value, component, variable };
  }

  /** 2.x SetVariables, one result per datum. */
  setVariable({ component, variable, attributeValue }: Payload): Payload {
    const found = this.find(component as { name: string }, variable as { name: string });
    if (typeof found !== 'string') return { ...found, component, variable };
    const outcome = this.set(found, String(attributeValue));
    return { attributeStatus: outcome === 'NotSupported' ? 'UnknownVariable' : outcome, component, variable };
  }

  /** 2.x: the whole inventory, as NotifyReport tells it. */
  report(): Payload[] {
    return Object.entries(VARIABLES).map(([path, name]) => {
      const [component, variable] = path.split('/');
      const { value, readonly } = this.keys.get(name)!;
      return {
        component: { name: component },
        variable: { name: variable },
        variableAttribute: [{ type: 'Actual', value, mutability: readonly ? 'ReadOnly' : 'ReadWrite' }],
        variableCharacteristics: {
          dataType: NUMERIC.test(name) ? 'integer' : name.endsWith('Data') ? 'MemberList' : 'boolean',
          supportsMonitoring: false,
        },
      };
    });
  }

  private find(component: { name: string }, variable: { name: string }): string | { attributeStatus: string } {
    const name = VARIABLES[`${component.name}/${variable.name}`];
    if (name) return name;
    const isKnown = Object.keys(VARIABLES).some((path) => path.startsWith(`${component.name}/`));
    return { attributeStatus: isKnown ? 'UnknownVariable' : 'UnknownComponent' };
  }
}
