import type { SetConfigurationEntry } from '@chargestream/contracts';
import { optional } from '../translation';

export type VariableAddress = Omit<SetConfigurationEntry, 'value'>;

/** 2.x ComponentType and VariableType of an entry; a key is understood as `Component.Variable`. Null when it names neither. */
export function addressOf2(entry: VariableAddress): { component: object; variable: object } | null {
  const [keyComponent, keyVariable] = splitKey(entry.key);
  const component = entry.component ?? keyComponent;
  const variable = entry.variable ?? keyVariable;
  if (!component || !variable) return null;
  const evse = entry.evseId === undefined ? null : { id: entry.evseId, ...optional('connectorId', entry.connectorId) };
  return {
    component: { ...optional('evse', evse), name: component, ...optional('instance', entry.componentInstance) },
    variable: { name: variable, ...optional('instance', entry.variableInstance) },
  };
}

/** 1.6 keys have no component: the variable's name is what comes nearest. */
export function keyOf16(entry: VariableAddress): string | null {
  return entry.key ?? entry.variable ?? null;
}

export const ADDRESS_2_NEEDED =
  'OCPP 2.x addresses a variable of a component: give component and variable, or a key of the form Component.Variable.';

function splitKey(key: string | undefined): [string | undefined, string | undefined] {
  const dot = key?.indexOf('.') ?? -1;
  return key === undefined || dot < 0 ? [undefined, undefined] : [key.slice(0, dot), key.slice(dot + 1)];
}
