import { STREAM_PREFIXES, type MeterSample, type StoredFactType } from '@chargestream/contracts';
import { indexedIdToken } from '../indexed-texts';
import type { SessionRow } from '../schema';
import { flag, idOfStream, later, type EventOf, type Projection } from './projection';

const FACTS = [
  'SessionStarted',
  'SessionUpdated',
  'SessionEnded',
  'SessionCorrected',
  'SessionAnomalyDetected',
] as const satisfies readonly StoredFactType[];

/** A charger that errs with every message must not make the row grow without end. */
const MAX_ANOMALIES = 100;

export const sessions: Projection<'sessions'> = {
  table: 'sessions',
  canHandle: FACTS,
  keys: ({ stream }) => [idOfStream(stream, STREAM_PREFIXES.session)],
  evolve(row, event, key) {
    if (event.type === 'SessionStarted') return started(event, key);
    if (row === null) return null;
    const last_updated_at = later(row.last_updated_at, event.metadata.receivedAt);
    switch (event.type) {
      case 'SessionUpdated':
        return { ...updated(row, event), last_updated_at };
      case 'SessionEnded':
        return { ...ended(row, event), last_updated_at };
      case 'SessionCorrected':
        return { ...corrected(row, event), last_updated_at };
      case 'SessionAnomalyDetected':
        return { ...withAnomaly(row, event), last_updated_at };
      default:
        return row;
    }
  },
  changed: (_event, key) => ({ entity: 'session', id: key }),
};

function started({ data, metadata }: EventOf<'SessionStarted'>, key: string): SessionRow {
  return {
    key,
    tenant_id: metadata.tenantId,
    charger_id: metadata.chargerId,
    transaction_id: data.transactionId,
    evse_id: data.evseId,
    connector_id: data.connectorId,
    id_token: idTokenOf(data.token),
    id_token_type: data.token?.type ?? null,
    authorization_status: data.authorizationStatus,
    state: 'ACTIVE',
    started_at: data.startedAt,
    ended_at: null,
    last_updated_at: metadata.receivedAt,
    meter_start_wh: data.meterStartWh,
    meter_stop_wh: null,
    meter_wh: data.meterStartWh,
    energy_wh: null,
    ...latestOf(data.samples, { power_w: null, power_at: null, soc_percent: null, soc_at: null }),
    charging_state: data.chargingState,
    time_spent_charging_s: null,
    stop_reason: null,
    stop_id_token: null,
    reservation_id: data.reservationId,
    remote_start_id: data.remoteStartId,
    start_known: flag(data.startKnown),
    offline_replayed: flag(data.offlineReplayed),
    incomplete: 0,
    missing_seq_nos: '[]',
    anomalies: '[]',
  };
}

function updated(row: SessionRow, { data }: EventOf<'SessionUpdated'>): SessionRow {
  return {
    ...row,
    ...latestOf(data.samples, row),
    evse_id: data.evseId ?? row.evse_id,
    connector_id: data.connectorId ?? row.connector_id,
    id_token: idTokenOf(data.token) ?? row.id_token,
    id_token_type: data.token === null ? row.id_token_type : data.token.type,
    charging_state: data.chargingState ?? row.charging_state,
    time_spent_charging_s: data.timeSpentChargingS ?? row.time_spent_charging_s,
    meter_wh: data.meterWh ?? row.meter_wh,
    energy_wh: data.energyWh ?? row.energy_wh,
  };
}

function ended(row: SessionRow, { data }: EventOf<'SessionEnded'>): SessionRow {
  return {
    ...row,
    ...latestOf(data.samples, row),
    state: 'ENDED',
    ended_at: data.endedAt,
    meter_stop_wh: data.meterStopWh,
    meter_wh: data.meterStopWh ?? row.meter_wh,
    energy_wh: data.energyWh,
    stop_reason: data.stopReason,
    stop_id_token: data.stopToken?.idToken ?? null,
    incomplete: flag(data.incomplete),
    missing_seq_nos: JSON.stringify(data.missingSeqNos),
  };
}

/** Absent fields stay as they were. */
function corrected(row: SessionRow, { data }: EventOf<'SessionCorrected'>): SessionRow {
  const keep = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value);
  return {
    ...row,
    started_at: data.startedAt ?? row.started_at,
    ended_at: data.endedAt ?? row.ended_at,
    meter_start_wh: keep(data.meterStartWh, row.meter_start_wh),
    meter_stop_wh: keep(data.meterStopWh, row.meter_stop_wh),
    meter_wh: data.meterStopWh ?? row.meter_wh,
    energy_wh: keep(data.energyWh, row.energy_wh),
    incomplete: data.incomplete === undefined ? row.incomplete : flag(data.incomplete),
    missing_seq_nos: data.missingSeqNos === undefined ? row.missing_seq_nos : JSON.stringify(data.missingSeqNos),
    start_known: data.startKnown === true ? 1 : row.start_known,
    evse_id: keep(data.evseId, row.evse_id),
    connector_id: keep(data.connectorId, row.connector_id),
    id_token: data.token === undefined ? row.id_token : idTokenOf(data.token),
    id_token_type: data.token === undefined ? row.id_token_type : (data.token?.type ?? null),
    authorization_status: keep(data.authorizationStatus, row.authorization_status),
    reservation_id: keep(data.reservationId, row.reservation_id),
    remote_start_id: keep(data.remoteStartId, row.remote_start_id),
    stop_reason: keep(data.stopReason, row.stop_reason),
    stop_id_token: data.stopToken === undefined ? row.stop_id_token : (data.stopToken?.idToken ?? null),
  };
}

function withAnomaly(row: SessionRow, { data, metadata }: EventOf<'SessionAnomalyDetected'>): SessionRow {
  const anomalies = JSON.parse(row.anomalies) as unknown[];
  if (anomalies.length >= MAX_ANOMALIES) return row;
  const anomaly = { anomaly: data.anomaly, detail: data.detail, at: metadata.receivedAt };
  return { ...row, anomalies: JSON.stringify([...anomalies, anomaly]) };
}

function idTokenOf(token: { idToken: string } | null): string | null {
  return token === null ? null : indexedIdToken(token.idToken);
}

type Latest = Pick<SessionRow, 'power_w' | 'power_at' | 'soc_percent' | 'soc_at'>;

/** Newest power and state of charge, by the charger's clock: a message that comes late hides nothing newer. */
function latestOf(samples: readonly MeterSample[], before: Latest): Latest {
  const power = newestOf(samples, 'Power.Active.Import', sumOfPhases);
  const soc = newestOf(samples, 'SoC', () => null);
  const { power_w, power_at, soc_percent, soc_at } = before;
  return {
    ...(isNewer(power, power_at) ? { power_w: power.value, power_at: power.at } : { power_w, power_at }),
    ...(isNewer(soc, soc_at) ? { soc_percent: soc.value, soc_at: soc.at } : { soc_percent, soc_at }),
  };
}

type Numbered = MeterSample & { value: number };

interface Newest {
  value: number;
  /** ISO 8601 UTC. */
  at: string;
}

function isNewer(reading: Newest | null, thanAt: string | null): reading is Newest {
  return reading !== null && (thanAt === null || reading.at >= thanAt);
}

/** The newest total of a measurand; where there is none, what its phases of the newest time make. */
function newestOf(
  samples: readonly MeterSample[],
  measurand: string,
  ofPhases: (samples: readonly Numbered[]) => number | null,
): Newest | null {
  const told = samples.filter((one): one is Numbered => one.measurand === measurand && one.value !== null);
  const at = told.reduce((newest, { timestamp }) => (timestamp > newest ? timestamp : newest), '');
  const then = told.filter(({ timestamp }) => timestamp === at);
  const value = then.findLast(({ phase }) => phase === null)?.value ?? ofPhases(then);
  return value === null ? null : { value, at };
}

/** L1 and L1-N are one phase told twice; N carries no power of its own. One location, the first that is told. */
function sumOfPhases(samples: readonly Numbered[]): number | null {
  const here = samples.filter(({ location, phase }) => location === samples[0]?.location && phase !== 'N');
  const byPhase = new Map(here.map(({ phase, value }) => [phase?.slice(0, 2), value]));
  if (byPhase.size === 0) return null;
  const sum = [...byPhase.values()].reduce((total, value) => total + value, 0);
  return Math.round(sum * 1e4) / 1e4; // decimals of readings, without the noise of adding them
}
