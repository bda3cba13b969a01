import { chargerKey, type VariableReport } from '@chargestream/contracts';
import { storedKey } from '../indexed-texts';
import type { ProjectedEvent, Projection } from './projection';

export const variables: Projection<'variables'> = {
  table: 'variables',
  canHandle: ['VariablesReported'],
  keys: (event) =>
    event.type === 'VariablesReported' ? event.data.variables.map((report) => variableKey(event, report)) : [],
  evolve(row, event, key) {
    if (event.type !== 'VariablesReported') return row;
    const report = event.data.variables.findLast((candidate) => variableKey(event, candidate) === key);
    if (report === undefined) return row;
    return {
      key,
      tenant_id: event.metadata.tenantId,
      charger_id: event.metadata.chargerId,
      component: report.component,
      component_instance: report.componentInstance,
      evse_id: report.evseId,
      connector_id: report.connectorId,
      variable: report.variable,
      variable_instance: report.variableInstance,
      attribute_type: report.attributeType,
      value: report.value,
      // Only full reports carry these; an answer to GetVariables must not forget them.
      mutability: report.mutability ?? row?.mutability ?? null,
      data_type: report.dataType ?? row?.data_type ?? null,
      unit: report.unit ?? row?.unit ?? null,
      updated_at: event.metadata.receivedAt,
    };
  },
  changed: () => null,
};

function variableKey({ metadata }: ProjectedEvent, report: VariableReport): string {
  const name = [
    report.component,
    report.componentInstance,
    report.evseId,
    report.connectorId,
    report.variable,
    report.variableInstance,
    report.attributeType,
  ];
  return storedKey(`${chargerKey(metadata.tenantId, metadata.chargerId)}/${JSON.stringify(name)}`);
}
