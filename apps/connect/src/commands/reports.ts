import {
  eventId,
  type CertificateHash,
  type ConfigurationKey,
  type ConfigurationReported,
  type VariableReport,
} from '@chargestream/contracts';
import { isSecretName } from '@chargestream/redaction';
import type { EventDraft } from '../handlers/handler';
import type { OutboundCall } from './translation';

export interface AnsweredCall extends OutboundCall {
  response: Record<string, unknown>;
}

/** What an answer tells of the charger, as an event; null for every answer that only says what became of the command. */
export function reportOf(commandId: string, answered: readonly AnsweredCall[], answeredAt: string): EventDraft | null {
  const first = answered[0];
  switch (first?.action) {
    case 'GetConfiguration':
      return configuration(commandId, answeredAt, {
        keys: list(first.response['configurationKey']).map(keyOf),
        unknownKeys: list(first.response['unknownKey']).map(String),
        complete: !Array.isArray(first.payload['key']) || first.payload['key'].length === 0,
      });
    case 'ChangeConfiguration': {
      const keys = answered.filter(({ response }) => isSet(response['status'])).map(({ payload }) => keyOf(payload));
      return keys.length === 0
        ? null
        : configuration(commandId, answeredAt, { keys, unknownKeys: [], complete: false, changed: true });
    }
    case 'GetVariables':
      return variables(commandId, answeredAt, list(first.response['getVariableResult']));
    case 'SetVariables':
      return variables(commandId, answeredAt, withValuesSet(first));
    case 'GetLocalListVersion':
      // 1.6 and 2.x.
      return localListVersion(commandId, answeredAt, first.response['listVersion'] ?? first.response['versionNumber']);
    case 'GetInstalledCertificateIds':
      return certificates(commandId, answeredAt, first);
    default:
      return null;
  }
}

type ConfigurationData = ConfigurationReported;

function configuration(commandId: string, occurredAt: string, data: ConfigurationData): EventDraft {
  return { id: eventId('ConfigurationReported', commandId), type: 'ConfigurationReported', occurredAt, data };
}

function keyOf(entry: unknown): ConfigurationKey {
  const { key, value, readonly } = entry as { key: unknown; value?: unknown; readonly?: unknown };
  const name = String(key);
  const known = value !== undefined && value !== null && !isSecretName(name);
  return { key: name, value: known ? String(value) : null, readonly: readonly === true };
}

function variables(commandId: string, occurredAt: string, results: unknown[]): EventDraft | null {
  const accepted = results.filter((result) => isSet((result as { attributeStatus?: unknown }).attributeStatus));
  if (accepted.length === 0) return null;
  const data = { requestId: null, seqNo: null, more: false, variables: accepted.map(variableOf) };
  return { id: eventId('VariablesReported', commandId), type: 'VariablesReported', occurredAt, data };
}

/** SetVariablesResponse names what it accepted but not the value, which stands in the request, in the same order (2.0.1 B05.FR.02). */
function withValuesSet({ payload, response }: AnsweredCall): unknown[] {
  const requested = list(payload['setVariableData']) as { attributeValue?: unknown }[];
  return list(response['setVariableResult']).map((result, index) => ({
    ...(result as object),
    attributeValue: requested[index]?.attributeValue,
  }));
}

interface VariableResult {
  attributeType?: string;
  attributeValue?: unknown;
  component: { name: string; instance?: string; evse?: { id: number; connectorId?: number } };
  variable: { name: string; instance?: string };
}

function variableOf(result: unknown): VariableReport {
  const { attributeType, attributeValue, component, variable } = result as VariableResult;
  return {
    component: component.name,
    componentInstance: component.instance ?? null,
    evseId: component.evse?.id ?? null,
    connectorId: component.evse?.connectorId ?? null,
    variable: variable.name,
    variableInstance: variable.instance ?? null,
    attributeType: attributeType ?? 'Actual',
    value: typeof attributeValue === 'string' && !isSecretName(variable.name) ? attributeValue : null,
    mutability: null,
    dataType: null,
    unit: null,
  };
}

function localListVersion(commandId: string, occurredAt: string, version: unknown): EventDraft | null {
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) return null;
  const data = { version };
  return { id: eventId('LocalListVersionReported', commandId), type: 'LocalListVersionReported', occurredAt, data };
}

function isSet(status: unknown): boolean {
  return status === 'Accepted' || status === 'RebootRequired';
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whitepaper M03, 2.0.1 M03. `NotFound` tells as much: there is none of the type. */
function certificates(commandId: string, occurredAt: string, { payload, response }: AnsweredCall): EventDraft {
  const asked = payload['certificateType'];
  const certificateTypes = typeof asked === 'string' ? [asked] : Array.isArray(asked) ? asked.map(String) : null;
  const only = certificateTypes?.length === 1 ? certificateTypes[0]! : null;
  const found16 = list(response['certificateHashData']).map((hash) => certificateOf(hash, only));
  const found2 = list(response['certificateHashDataChain']).map((entry) => {
    const { certificateHashData, certificateType } = entry as {
      certificateHashData: unknown;
      certificateType: unknown;
    };
    return certificateOf(certificateHashData, String(certificateType));
  });
  const data = { certificateTypes, certificates: [...found16, ...found2] };
  return { id: eventId('CertificatesReported', commandId), type: 'CertificatesReported', occurredAt, data };
}

function certificateOf(hash: unknown, certificateType: string | null) {
  const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = hash as CertificateHash;
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber, certificateType };
}
