import { eventId, type VariableReport } from '@chargestream/contracts';
import { isSecretName } from '@chargestream/redaction';
import { utc } from '../../translation/timestamps';
import { receipt } from '../handler';
import type { Handler2 } from './handler2';

/** 2.0.1 B07, B08: one part of a report; `more` tells whether another follows. */
export const notifyReport: Handler2<'NotifyReport'> = (context, { payload, hash }) => {
  const { tenantId, chargerId } = context.connection;
  const { requestId, seqNo, generatedAt, tbc = false, reportData = [] } = payload;
  return receipt(
    {},
    {
      id: eventId('VariablesReported', tenantId, chargerId, requestId, seqNo, generatedAt, hash()),
      type: 'VariablesReported',
      occurredAt: utc(generatedAt) ?? context.receivedAt,
      data: { requestId, seqNo, more: tbc, variables: reportData.flatMap(variablesOf) },
    },
  );
};

interface ReportData {
  component: { name: string; instance?: string; evse?: { id: number; connectorId?: number } };
  variable: { name: string; instance?: string };
  variableAttribute: readonly { type?: string; value?: string; mutability?: string }[];
  variableCharacteristics?: { unit?: string; dataType: string };
}

function variablesOf({
  component,
  variable,
  variableAttribute,
  variableCharacteristics,
}: ReportData): VariableReport[] {
  return variableAttribute.map((attribute) => ({
    component: component.name,
    componentInstance: component.instance ?? null,
    evseId: component.evse?.id ?? null,
    connectorId: component.evse?.connectorId ?? null,
    variable: variable.name,
    variableInstance: variable.instance ?? null,
    // 2.0.1 VariableAttributeType: type defaults to Actual, mutability to ReadWrite.
    attributeType: attribute.type ?? 'Actual',
    value: isSecretName(variable.name) ? null : (attribute.value ?? null),
    mutability: attribute.mutability ?? 'ReadWrite',
    dataType: variableCharacteristics?.dataType ?? null,
    unit: variableCharacteristics?.unit ?? null,
  }));
}
