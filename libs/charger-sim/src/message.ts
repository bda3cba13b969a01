import type { Random } from './random';

/** A decoded OCPP payload. */
export type Payload = Record<string, unknown>;

/** A CALL to be made. */
export interface Message {
  action: string;
  payload: Payload;
}

export interface ChargerIdentity {
  vendor: string;
  model: string;
  serialNumber: string;
  firmwareVersion: string;
}

const MODELS = [
  { vendor: 'Northwind Power', model: 'Depot 22', firmwareVersion: '4.2.1' },
  { vendor: 'Halcyon', model: 'Wallbox S', firmwareVersion: '1.19.0' },
  { vendor: 'Volta & Sons', model: 'HPC-150', firmwareVersion: '2026.1' },
] as const;

export function randomIdentity(chargerId: string, random: Random): ChargerIdentity {
  // 1.6 limits serial numbers to 25 characters.
  return { ...random.pick(MODELS), serialNumber: chargerId.slice(-25) };
}

export type ConnectorStatus =
  'Available' | 'Preparing' | 'Charging' | 'Finishing' | 'Reserved' | 'Unavailable' | 'Faulted';

export type BootReason = 'PowerUp' | 'RemoteReset' | 'Triggered';

export type StartTrigger = 'local' | 'remote';

/** Why a session ends, in words of its own; each dialect has its spelling. */
export type StopCause =
  'user' | 'unplugged' | 'full' | 'remote' | 'reset-soft' | 'reset-hard' | 'unlock' | 'deauthorized';
