import type { CommandOutcome } from '@chargestream/contracts';

/** The statuses, of any action and version, by which a charger says yes. Whatever else it says is a no. */
const YES = new Set([
  'Accepted',
  'AcceptedCanceled',
  'RebootRequired',
  'Reboot_Required',
  'Scheduled',
  'Unlocked',
  'Processing',
]);

/** Answers that carry a status for each of several parts. */
const PART_STATUS: Record<string, string> = {
  setVariableResult: 'attributeStatus',
  getVariableResult: 'attributeStatus',
  setMonitoringResult: 'status',
  clearMonitoringResult: 'status',
};

/** ACCEPTED or REJECTED, by what the response says. One without any status is an answer, and so a yes. */
export function outcomeOf(response: unknown): Extract<CommandOutcome, 'ACCEPTED' | 'REJECTED'> {
  return statusesOf(response).every((status) => YES.has(status)) ? 'ACCEPTED' : 'REJECTED';
}

function statusesOf(response: unknown): string[] {
  if (typeof response !== 'object' || response === null) return [];
  const fields = response as Record<string, unknown>;
  if (typeof fields['status'] === 'string') return [fields['status']];
  return Object.entries(PART_STATUS).flatMap(([list, field]) => {
    const parts = fields[list];
    return Array.isArray(parts) ? parts.map((part: Record<string, unknown>) => String(part?.[field])) : [];
  });
}
