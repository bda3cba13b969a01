import type { AnsweredCall } from './reports';

/** The password that a charger took just now (1.6 AuthorizationKey, 2.x BasicAuthPassword); null when it took none. */
export function passwordSet({ action, payload, response }: AnsweredCall): string | null {
  if (action === 'ChangeConfiguration') {
    const taken = isTaken(response['status']) && payload['key'] === 'AuthorizationKey';
    return taken && typeof payload['value'] === 'string' ? payload['value'] : null;
  }
  if (action !== 'SetVariables') return null;
  const requested = list(payload['setVariableData']);
  const results = list(response['setVariableResult']);
  // 2.0.1 B05.FR.02: results come in the order of the request.
  const index = requested.findLastIndex(
    ({ variable }, at) =>
      (variable as { name?: unknown } | undefined)?.name === 'BasicAuthPassword' &&
      isTaken(results[at]?.['attributeStatus']),
  );
  const value = requested[index]?.['attributeValue'];
  return typeof value === 'string' ? value : null;
}

function isTaken(status: unknown): boolean {
  return status === 'Accepted' || status === 'RebootRequired';
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
