import { createHash } from 'node:crypto';

/** Names of the event store's streams. Parts are percent-encoded with `.` encoded too, so that `.` separates. */
function part(text: string | number): string {
  return encodeURIComponent(String(text)).replaceAll('.', '%2E');
}

export const STREAM_PREFIXES = {
  charger: 'charger-',
  connector: 'connector-',
  session: 'session-',
  command: 'command-',
  token: 'token-',
  reservation: 'reservation-',
  chargingProfile: 'charging-profile-',
  localList: 'local-list-',
  operations: 'operations-',
} as const;

/** Streams of snapshots: copies of states, never facts. Nobody but the loader of aggregates reads them. */
export const SNAPSHOT_PREFIX = 'snapshot-';

export function snapshotStream(stream: string): string {
  return `${SNAPSHOT_PREFIX}${stream}`;
}

export function chargerStream(tenantId: string, chargerId: string): string {
  return `${STREAM_PREFIXES.charger}${part(tenantId)}.${part(chargerId)}`;
}

export function connectorStream(tenantId: string, chargerId: string, evseId: number, connectorId: number): string {
  return `${STREAM_PREFIXES.connector}${part(tenantId)}.${part(chargerId)}.${evseId}.${connectorId}`;
}

export function sessionStream(sessionId: string): string {
  return `${STREAM_PREFIXES.session}${sessionId}`;
}

export function commandStream(commandId: string): string {
  return `${STREAM_PREFIXES.command}${commandId}`;
}

/** The token itself is not in the name: it is personal data. */
export function tokenStream(tenantId: string, idToken: string): string {
  const hash = createHash('sha256').update(idToken.toLowerCase()).digest('hex').slice(0, 32);
  return `${STREAM_PREFIXES.token}${part(tenantId)}.${hash}`;
}

export function reservationStream(tenantId: string, reservationId: number): string {
  return `${STREAM_PREFIXES.reservation}${part(tenantId)}.${reservationId}`;
}

export function chargingProfileStream(tenantId: string, chargingProfileId: number): string {
  return `${STREAM_PREFIXES.chargingProfile}${part(tenantId)}.${chargingProfileId}`;
}

export function localListStream(tenantId: string, chargerId: string): string {
  return `${STREAM_PREFIXES.localList}${part(tenantId)}.${part(chargerId)}`;
}

/** One stream a charger: notifications of 1.6 do not say which operation they are about. */
export function operationsStream(tenantId: string, chargerId: string): string {
  return `${STREAM_PREFIXES.operations}${part(tenantId)}.${part(chargerId)}`;
}
