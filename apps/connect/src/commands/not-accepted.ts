import type { RegistrationStatus } from '@chargestream/contracts';

/** 1.6 §4.2: not allowed while Pending. 2.0.1 B02.FR.05: the CSMS "SHALL first accept the Charging Station". */
const NOT_WHILE_PENDING: ReadonlySet<string> = new Set([
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'RequestStartTransaction',
  'RequestStopTransaction',
]);

export interface Acceptance {
  /** As the operator has it. */
  registration: RegistrationStatus;
  /** As the charger was last told on this connection, by which it acts until its next BootNotification; null: not at all. */
  told: RegistrationStatus | null;
}

/** Why a charger must not be sent these messages, in a sentence that says what to do; null when it may. */
export function whyNotAccepted({ registration, told }: Acceptance, actions: readonly string[]): string | null {
  // 1.6 §4.2, 2.0.1 B03.FR.03: the CSMS initiates nothing towards a charger that it rejected.
  if (registration === 'REJECTED') return 'The charger is rejected; accept it before sending commands.';
  if (told === 'REJECTED') {
    return 'The charger was told that it is rejected, and listens to nobody until its next BootNotification tells it better.';
  }
  const action = actions.find((candidate) => NOT_WHILE_PENDING.has(candidate));
  if (action === undefined) return null;
  if (registration === 'PENDING') {
    return `${action} is not allowed while the registration of the charger is pending; accept it first.`;
  }
  if (told !== 'PENDING') return null;
  return `${action} is not allowed until the charger is told that it is accepted, by the answer to its next BootNotification; triggerMessage asks it for one.`;
}
