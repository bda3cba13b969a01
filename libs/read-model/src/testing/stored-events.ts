import {
  chargerStream,
  chargingProfileStream,
  commandStream,
  connectorStream,
  localListStream,
  reservationStream,
  sessionStream,
  tokenStream,
  type ChargingProfileFact,
  type LocalListEntry,
  type LocalListFact,
  type MeterSample,
  type ReservationFact,
  type StoredFact,
  type StoredMetadata,
} from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';

/** Writes a log as the store would keep it: positions and revisions count up, times go on by a second an event. */
export class LogWriter {
  private readonly revisions = new Map<string, number>();
  private count = 0;
  readonly events: StoredEvent[] = [];

  constructor(private readonly tenantId = 'default') {}

  charger(chargerId: string, fact: StoredFact, metadata: Partial<StoredMetadata> = {}): StoredEvent {
    return this.add(chargerStream(this.tenantId, chargerId), fact, { chargerId, ...metadata });
  }

  connector(chargerId: string, evseId: number, status: string, metadata: Partial<StoredMetadata> = {}): StoredEvent {
    const data = { evseId, connectorId: 1, status, errorCode: 'NoError', info: null, vendorId: null };
    return this.add(
      connectorStream(this.tenantId, chargerId, evseId, 1),
      { type: 'ConnectorStatusChanged', data: { ...data, vendorErrorCode: null, reportedAt: null } },
      { chargerId, ...metadata },
    );
  }

  session(chargerId: string, sessionId: string, fact: StoredFact, metadata: Partial<StoredMetadata> = {}): StoredEvent {
    return this.add(sessionStream(sessionId), fact, { chargerId, ...metadata });
  }

  command(chargerId: string, commandId: string, fact: StoredFact, metadata: Partial<StoredMetadata> = {}): StoredEvent {
    return this.add(commandStream(commandId), fact, { chargerId, ...metadata });
  }

  token(idToken: string, fact: StoredFact): StoredEvent {
    return this.add(tokenStream(this.tenantId, idToken), fact, { chargerId: '', connectionEpoch: null });
  }

  reservation(chargerId: string, fact: ReservationFact): StoredEvent {
    return this.add(reservationStream(this.tenantId, fact.data.reservationId), fact, { chargerId });
  }

  chargingProfile(fact: ChargingProfileFact): StoredEvent {
    const stream = chargingProfileStream(this.tenantId, fact.data.chargingProfileId);
    return this.add(stream, fact, { chargerId: '', connectionEpoch: null });
  }

  localList(chargerId: string, fact: LocalListFact): StoredEvent {
    return this.add(localListStream(this.tenantId, chargerId), fact, { chargerId });
  }

  private add(stream: string, fact: StoredFact, metadata: Partial<StoredMetadata>): StoredEvent {
    this.count += 1;
    const at = new Date(Date.UTC(2026, 0, 1) + this.count * 1000).toISOString();
    const revision = this.revisions.get(stream) ?? 0;
    this.revisions.set(stream, revision + 1);
    const full: StoredMetadata = {
      tenantId: this.tenantId,
      chargerId: '',
      correlationId: `correlation-${this.count}`,
      causationId: `cause-${this.count}`,
      connectionEpoch: 7,
      ocppVersion: '1.6',
      ocppMessageId: null,
      occurredAt: at,
      receivedAt: at,
      schemaVersion: 1,
      ...metadata,
    };
    const event: StoredEvent = {
      id: `event-${this.count}`,
      type: fact.type,
      data: fact.data,
      metadata: { ...full },
      stream,
      revision,
      position: String(this.count).padStart(12, '0'),
      storedAt: at,
    };
    this.events.push(event);
    return event;
  }
}

export function energySample(value: number | null, timestamp = '2026-01-01T00:00:00.000Z'): MeterSample {
  const measurand = 'Energy.Active.Import.Register';
  return { timestamp, measurand, value, unit: 'Wh', phase: null, location: 'Outlet', context: 'Sample.Periodic' };
}

export function sampleOf(measurand: string, value: number, unit: string, timestamp?: string): MeterSample {
  return { ...energySample(value, timestamp), measurand, unit };
}

export function sessionStarted(sessionId: string, overrides: object = {}): StoredFact {
  return {
    type: 'SessionStarted',
    data: {
      sessionId,
      transactionId: '42',
      evseId: 1,
      connectorId: 1,
      token: { idToken: 'TAG', type: null },
      authorizationStatus: 'Accepted',
      startedAt: '2026-01-01T00:00:00.000Z',
      meterStartWh: 1000,
      chargingState: null,
      reservationId: null,
      remoteStartId: null,
      offlineReplayed: false,
      startKnown: true,
      seqNo: null,
      samples: [],
      ...overrides,
    },
  };
}

export function sessionUpdated(meterWh: number, samples: MeterSample[], overrides: object = {}): StoredFact {
  return {
    type: 'SessionUpdated',
    data: {
      seqNo: null,
      triggerReason: null,
      chargingState: null,
      evseId: null,
      connectorId: null,
      token: null,
      timeSpentChargingS: null,
      samples,
      meterWh,
      energyWh: meterWh - 1000,
      ...overrides,
    },
  };
}

export function sessionEnded(overrides: object = {}): StoredFact {
  return {
    type: 'SessionEnded',
    data: {
      endedAt: '2026-01-01T01:00:00.000Z',
      meterStopWh: 6000,
      energyWh: 5000,
      stopReason: 'Local',
      stopToken: null,
      seqNo: null,
      incomplete: false,
      missingSeqNos: [],
      samples: [],
      ...overrides,
    },
  };
}

export function commandRequested(commandId: string, overrides: object = {}): StoredFact {
  return {
    type: 'CommandRequested',
    data: {
      commandId,
      command: { kind: 'UNLOCK_CONNECTOR', evseId: 1, connectorId: 1 },
      requestedAt: '2026-01-01T00:00:00.000Z',
      requestedBy: 'anonymous',
      expiresAt: '2026-01-01T00:01:00.000Z',
      holdUntilOnline: false,
      ...overrides,
    },
  };
}

export function chargerConnected(epoch: number, overrides: object = {}): StoredFact {
  return {
    type: 'ChargerConnected',
    data: {
      instanceId: 'connect-1',
      connectionId: `connection-${epoch}`,
      securityProfile: 0,
      remoteAddress: null,
      ocppVersion: '1.6',
      epoch,
      ...overrides,
    },
  };
}

export function chargerDisconnected(epoch: number): StoredFact {
  const data = { instanceId: 'connect-1', connectionId: `connection-${epoch}`, closeCode: 1000, reason: '', epoch };
  return { type: 'ChargerDisconnected', data };
}

export function tokenPut(idToken: string, overrides: object = {}): StoredFact {
  const data = { idToken, type: 'ISO14443', status: 'ACCEPTED' as const, expiresAt: null, groupId: null };
  return { type: 'TokenPut', data: { ...data, cacheable: true, ...overrides } };
}

export function reservationRequested(
  reservationId: number,
  commandId: string,
  overrides: object = {},
): Extract<ReservationFact, { type: 'ReservationRequested' }> {
  const token = { idToken: 'TAG', idTokenType: null, groupId: null };
  const expiresAt = '2026-01-01T01:00:00.000Z';
  const data = { reservationId, evseId: 1, connectorId: null, ...token, expiresAt, commandId };
  return { type: 'ReservationRequested', data: { ...data, ...overrides } };
}

export function chargingProfilePut(chargingProfileId: number, overrides: object = {}): ChargingProfileFact {
  const data = {
    chargingProfileId,
    description: 'Night',
    stackLevel: 0,
    purpose: 'TxDefaultProfile' as const,
    kind: 'Recurring' as const,
    recurrency: 'Daily' as const,
    validFrom: null,
    validTo: null,
    schedule: {
      durationS: 86_400,
      startSchedule: '2026-01-01T22:00:00.000Z',
      unit: 'A' as const,
      minChargingRate: null,
      periods: [{ startPeriodS: 0, limit: 16, numberPhases: null }],
    },
  };
  return { type: 'ChargingProfilePut', data: { ...data, ...overrides } };
}

export function localListEntry(idToken: string, overrides: Partial<LocalListEntry> = {}): LocalListEntry {
  return { idToken, type: null, status: 'ACCEPTED', expiresAt: null, groupId: null, ...overrides };
}
