import { STREAM_PREFIXES, type PublishedSession, type SessionFact, type StoredMetadata } from '@chargestream/contracts';
import type { EventStore, StoredEvent } from '@chargestream/event-store';

/** A session as the public sees it before and after an event; null where it is not known to exist. */
export interface SessionChange {
  before: PublishedSession | null;
  after: PublishedSession | null;
}

const CACHED_SESSIONS = 10_000;

/**
 * Sessions as they were at each of their events. What is not in memory (after a start, or a long time) is read back from
 * the session's own stream up to just before the event, so that the same event always shows the same session.
 */
export class PublishedSessions {
  /** By stream, the longest untouched first. */
  private readonly known = new Map<string, PublishedSession>();

  constructor(
    private readonly store: EventStore,
    private readonly cacheSize = CACHED_SESSIONS,
  ) {}

  /** @throws StoreUnavailableError when the session's past cannot be read. */
  async change(event: StoredEvent): Promise<SessionChange> {
    const before = await this.before(event);
    const after = evolvePublishedSession(before, event);
    if (after !== null) this.remember(event.stream, after);
    return { before, after };
  }

  private remember(stream: string, session: PublishedSession): void {
    this.known.delete(stream);
    this.known.set(stream, session);
    if (this.known.size <= this.cacheSize) return;
    const [untouched] = this.known.keys();
    this.known.delete(untouched!);
  }

  private async before({ stream, revision }: StoredEvent): Promise<PublishedSession | null> {
    if (revision === 0) return null;
    const known = this.known.get(stream);
    if (known?.revision === revision - 1) return known;
    let session: PublishedSession | null = null;
    for await (const event of this.store.readStream(stream, { fromRevision: 0, limit: revision })) {
      session = evolvePublishedSession(session, event);
    }
    return session;
  }
}

type DataOf<Type extends SessionFact['type']> = Extract<SessionFact, { type: Type }>['data'];

/** What a stored event makes of the public session; events that are none of a session's leave it as it is. */
export function evolvePublishedSession(session: PublishedSession | null, event: StoredEvent): PublishedSession | null {
  const metadata = event.metadata as unknown as StoredMetadata;
  const fact = { type: event.type, data: event.data } as SessionFact;
  if (fact.type === 'SessionStarted') return started(fact.data, event, metadata);
  if (session === null) return null;
  const next = { ...session, revision: event.revision };
  switch (fact.type) {
    case 'SessionUpdated':
      return updated(next, fact.data);
    case 'SessionEnded':
      return ended(next, fact.data, metadata);
    case 'SessionCorrected':
      return corrected(next, fact.data, metadata);
    case 'SessionAnomalyDetected': {
      const { anomaly } = fact.data;
      return next.anomalies.includes(anomaly) ? next : { ...next, anomalies: [...next.anomalies, anomaly] };
    }
    default:
      // Facts of a later version: kept out until this one knows them.
      return next;
  }
}

function started(data: DataOf<'SessionStarted'>, event: StoredEvent, metadata: StoredMetadata): PublishedSession {
  return {
    sessionId: event.stream.slice(STREAM_PREFIXES.session.length),
    revision: event.revision,
    state: 'ACTIVE',
    transactionId: data.transactionId,
    evseId: data.evseId,
    connectorId: data.connectorId,
    token: data.token,
    authorizationStatus: data.authorizationStatus,
    startedAt: data.startedAt,
    startReceivedAt: metadata.receivedAt,
    endedAt: null,
    endReceivedAt: null,
    durationS: null,
    timeSpentChargingS: null,
    meterStartWh: data.meterStartWh,
    meterStopWh: null,
    meterWh: data.meterStartWh,
    energyWh: null,
    chargingState: data.chargingState,
    stopReason: null,
    stopToken: null,
    reservationId: data.reservationId,
    remoteStartId: data.remoteStartId,
    startKnown: data.startKnown,
    offlineReplayed: data.offlineReplayed,
    incomplete: false,
    missingSeqNos: [],
    anomalies: [],
  };
}

function updated(session: PublishedSession, data: DataOf<'SessionUpdated'>): PublishedSession {
  return {
    ...session,
    evseId: data.evseId ?? session.evseId,
    connectorId: data.connectorId ?? session.connectorId,
    token: data.token ?? session.token,
    chargingState: data.chargingState ?? session.chargingState,
    timeSpentChargingS: data.timeSpentChargingS ?? session.timeSpentChargingS,
    meterWh: data.meterWh ?? session.meterWh,
    energyWh: data.energyWh ?? session.energyWh,
  };
}

function ended(
  session: PublishedSession,
  data: DataOf<'SessionEnded'>,
  { receivedAt }: StoredMetadata,
): PublishedSession {
  return withDuration({
    ...session,
    state: 'ENDED',
    endedAt: data.endedAt,
    endReceivedAt: receivedAt,
    meterStopWh: data.meterStopWh,
    meterWh: data.meterStopWh ?? session.meterWh,
    energyWh: data.energyWh,
    stopReason: data.stopReason,
    stopToken: data.stopToken,
    incomplete: data.incomplete,
    missingSeqNos: data.missingSeqNos,
  });
}

/** Absent fields stay as they were. */
function corrected(
  session: PublishedSession,
  data: DataOf<'SessionCorrected'>,
  { receivedAt }: StoredMetadata,
): PublishedSession {
  const keep = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value);
  return withDuration({
    ...session,
    startedAt: data.startedAt ?? session.startedAt,
    endedAt: data.endedAt ?? session.endedAt,
    endReceivedAt: data.endedAt === undefined ? session.endReceivedAt : receivedAt,
    meterStartWh: keep(data.meterStartWh, session.meterStartWh),
    meterStopWh: keep(data.meterStopWh, session.meterStopWh),
    meterWh: data.meterStopWh ?? session.meterWh,
    energyWh: keep(data.energyWh, session.energyWh),
    incomplete: data.incomplete ?? session.incomplete,
    missingSeqNos: data.missingSeqNos ?? session.missingSeqNos,
    startKnown: session.startKnown || data.startKnown === true,
    evseId: keep(data.evseId, session.evseId),
    connectorId: keep(data.connectorId, session.connectorId),
    token: keep(data.token, session.token),
    authorizationStatus: keep(data.authorizationStatus, session.authorizationStatus),
    reservationId: keep(data.reservationId, session.reservationId),
    remoteStartId: keep(data.remoteStartId, session.remoteStartId),
    stopReason: keep(data.stopReason, session.stopReason),
    stopToken: keep(data.stopToken, session.stopToken),
  });
}

function withDuration(session: PublishedSession): PublishedSession {
  if (session.endedAt === null) return session;
  const durationS = (Date.parse(session.endedAt) - Date.parse(session.startedAt)) / 1_000;
  return { ...session, durationS: Number.isNaN(durationS) ? null : Math.max(0, durationS) };
}
