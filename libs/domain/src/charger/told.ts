import type { ChargerEventOf, ChargerFact } from '@chargestream/contracts';

/** What a charger tells of itself, and what becomes a fact as it is. */
const TOLD = [
  'ChargerBooted',
  'IdTokenPresented',
  'ConfigurationReported',
  'VariablesReported',
  'DataTransferReceived',
  'UnreadableTransactionReported',
  'FirmwareStatusReported',
  'LogStatusReported',
  'SecurityEventReported',
  'CertificateSigningRequested',
  'CertificatesReported',
  'LocalListVersionReported',
] as const;

export type Told = ChargerEventOf<(typeof TOLD)[number]>;

const TYPES: ReadonlySet<string> = new Set(TOLD);

export function isTold(event: { type: string }): event is Told {
  return TYPES.has(event.type);
}

export function factOfTold({ type, data }: Told): ChargerFact {
  // Each of these types has one shape of data, whether it is an event or a fact.
  return { type, data } as ChargerFact;
}
