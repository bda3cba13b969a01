import type { Payload } from '../message';
import { CONFIGURATION_KEYS, isAllowed, type ConfigurationKey } from '../v16/configuration-keys';

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

/** What a CSMS may read and set, for all versions. */
export class Configuration {
  private readonly keys: Map<string, ConfigurationKey>;
  /** Values that count after the next boot. */
  private readonly pending = new Map<string, string>();
  private readonly guards = new Map<string, (value: string) => boolean>();
  private readonly listeners = new Map<string, (value: string) => void>();

  constructor(overrides: Record<string, string> = {}, connectors = 1) {
    this.keys = new Map(Object.entries(CONFIGURATION_KEYS).map(([name, key]) => [name, { ...key }]));
    this.keys.set('NumberOfConnectors', { type: 'integer', value: String(connectors), readonly: true });
    for (const [name, value] of Object.entries(overrides)) {
      this.keys.set(name, { type: 'string', ...this.keys.get(name), value, readonly: false });
    }
  }

  /** Lets a key be set only to values for which `holds` is true. */
  guard(name: string, holds: (value: string) => boolean): void {
    this.guards.set(name, holds);
  }

  /** Called after the CSMS has set a key. */
  onSet(name: string, listener: (value: string) => void): void {
    this.listeners.set(name, listener);
  }

  /** @returns NaN when the key is unknown */
  number(name: string): number {
    return Number(this.keys.get(name)?.value);
  }

  text(name: string): string | undefined {
    return this.keys.get(name)?.value;
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  /** The charger's own setting, whatever the CSMS may do. */
  put(name: string, value: string): void {
    this.keys.set(name, { type: 'string', readonly: false, ...this.keys.get(name), value });
  }

  /** 1.6 §5.3: an unknown key is NotSupported, one that is readonly or a value out of range Rejected. */
  set(name: string, value: string): 'Accepted' | 'Rejected' | 'RebootRequired' | 'NotSupported' {
    const key = this.keys.get(name);
    if (!key) return 'NotSupported';
    if (key.readonly || !isAllowed(key, value) || this.guards.get(name)?.(value) === false) return 'Rejected';
    if (key.needsReboot) {
      this.pending.set(name, value);
      return 'RebootRequired';
    }
    key.value = value;
    this.listeners.get(name)?.(value);
    return 'Accepted';
  }

  /** The charger boots: what waited for it counts now. */
  rebooted(): void {
    for (const [name, value] of this.pending) this.put(name, value);
    this.pending.clear();
  }

  /** 1.6 §5.8 GetConfiguration: all keys when none is named. */
  getConfiguration(names: readonly string[]): Payload {
    const wanted = names.length > 0 ? names : [...this.keys.keys()];
    const known = wanted.filter((name) => this.keys.has(name));
    return {
      configurationKey: known.map((name) => {
        const { value, readonly, writeOnly } = this.keys.get(name)!;
        return writeOnly ? { key: name, readonly } : { key: name, readonly, value };
      }),
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
      const { value, readonly, type } = this.keys.get(name)!;
      return {
        component: { name: component },
        variable: { name: variable },
        variableAttribute: [{ type: 'Actual', value, mutability: readonly ? 'ReadOnly' : 'ReadWrite' }],
        variableCharacteristics: {
          dataType: type === 'list' ? 'MemberList' : type,
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
