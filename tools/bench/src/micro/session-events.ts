import type { MeterSample, SessionFact, StoredMetadata } from '@chargestream/contracts';

const START_MS = Date.parse('2026-03-01T10:00:00.000Z');

function metadata(sessionId: string, at: string): StoredMetadata & Record<string, unknown> {
  return {
    tenantId: 'default',
    chargerId: `BENCH-${sessionId.slice(-4)}`,
    correlationId: '5f0c1b9e-7d42-4c1a-9b3e-000000000001',
    causationId: '5f0c1b9e-7d42-4c1a-9b3e-000000000001',
    connectionEpoch: 1,
    ocppVersion: '1.6',
    ocppMessageId: '5f0c1b9e-7d42-4c1a-9b3e-000000000001',
    occurredAt: at,
    receivedAt: at,
    schemaVersion: 1,
  };
}

function samples(timestamp: string, meterWh: number): MeterSample[] {
  const sample = (measurand: string, value: number, unit: string): MeterSample => ({
    timestamp,
    measurand,
    value,
    unit,
    phase: null,
    location: 'Outlet',
    context: 'Sample.Periodic',
  });
  return [
    sample('Energy.Active.Import.Register', meterWh, 'Wh'),
    sample('Power.Active.Import', 49_873.6, 'W'),
    sample('SoC', 54, 'Percent'),
  ];
}

/** What core stores when a session begins. */
export function sessionStarted(sessionId: string) {
  const startedAt = new Date(START_MS).toISOString();
  const fact: SessionFact = {
    type: 'SessionStarted',
    data: {
      sessionId,
      transactionId: String(Number.parseInt(sessionId.slice(-6), 16) + 1),
      evseId: 1,
      connectorId: 1,
      token: { idToken: 'BENCHTOKEN', type: null },
      authorizationStatus: 'Accepted',
      startedAt,
      meterStartWh: 0,
      chargingState: null,
      reservationId: null,
      remoteStartId: null,
      offlineReplayed: false,
      startKnown: true,
      seqNo: null,
      samples: [],
    },
  };
  return { ...fact, metadata: metadata(sessionId, startedAt) };
}

/** What core stores for the `n`th MeterValues of a session: three samples, as in the load. */
export function sessionUpdated(sessionId: string, n: number) {
  const at = new Date(START_MS + n * 1000).toISOString();
  const fact: SessionFact = {
    type: 'SessionUpdated',
    data: {
      seqNo: null,
      triggerReason: null,
      chargingState: null,
      evseId: 1,
      connectorId: 1,
      token: null,
      timeSpentChargingS: null,
      samples: samples(at, n),
      meterWh: n,
      energyWh: n,
    },
  };
  return { ...fact, metadata: metadata(sessionId, at) };
}
