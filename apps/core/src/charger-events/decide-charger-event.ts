import {
  chargerStream,
  commandStream,
  connectorStream,
  sessionStream,
  type ChargerEvent,
  type ChargerEventOf,
  type SessionFact,
  type StoredMetadata,
} from '@chargestream/contracts';
import {
  chargerDecider,
  commandDecider,
  connectorDecider,
  isRejection,
  latestRegisterWh,
  resolveMeterValues,
  resolveTransaction,
  sessionDecider,
  sessionsOfStop,
  type Decision,
  type ReadingOf,
} from '@chargestream/domain';
import { metadataOfEvent } from '../aggregates/metadata';
import type { UnitOfWork } from '../aggregates/unit-of-work';
import { settlePassword } from '../commands/new-password';
import { noteLocalListVersion, settleLocalList } from '../local-lists/decide-local-list';
import { beginOperation, noteOperation, settleOperation } from '../operations/decide-operation';
import { requestReservation, settleReservation, useReservation } from '../reservations/decide-reservation';
import { askTransactionStatus, settleByStatus } from './transaction-status';

/** Lets every aggregate that an event concerns decide, the charger last: its book must show what was before. */
export async function decideChargerEvent(unit: UnitOfWork, event: ChargerEvent, traceparent?: string): Promise<void> {
  const metadata = metadataOfEvent(event, traceparent);
  const { tenantId, chargerId } = event;
  const charger = chargerStream(tenantId, chargerId);
  let readingOf: ReadingOf | undefined;
  switch (event.type) {
    case 'TransactionReported': {
      const { book } = await unit.state(chargerDecider, charger);
      readingOf = await readingsOf(unit, sessionsOfStop(book, event));
      const { sessionId, notes, displaced } = resolveTransaction(book, event, readingOf);
      for (const other of displaced) {
        await unit.decide(sessionDecider, sessionStream(other), { kind: 'endByNextStart', cause: event }, metadata);
      }
      const report = { kind: 'report', sessionId, event, notes } as const;
      const facts = await unit.decide(sessionDecider, sessionStream(sessionId), report, metadata);
      if (event.data.kind !== 'Ended' && hasGap(facts)) await askTransactionStatus(unit, sessionId, event, metadata);
      const { reservationId } = event.data;
      if (reservationId !== null) await useReservation(unit, reservationId, sessionId, metadata);
      break;
    }
    case 'MeterValuesReported': {
      const { book } = await unit.state(chargerDecider, charger);
      const resolution = resolveMeterValues(book, event);
      if (resolution === null) break;
      const { sessionId, notes } = resolution;
      await unit.decide(sessionDecider, sessionStream(sessionId), { kind: 'meter', sessionId, event, notes }, metadata);
      break;
    }
    case 'ConnectorStatusReported': {
      const stream = connectorStream(tenantId, chargerId, event.data.evseId, event.data.connectorId);
      await unit.decide(connectorDecider, stream, { event }, metadata);
      break;
    }
    case 'CommandSent':
    case 'CommandFinished':
    case 'CommandNotOwned':
      await unit.decide(commandDecider, commandStream(event.data.commandId), { kind: 'event', event }, metadata);
      await decideWhatCommandDid(unit, charger, event, metadata);
      break;
    case 'LocalListVersionReported':
      await noteLocalListVersion(unit, charger, event, metadata);
      break;
    case 'FirmwareStatusReported':
    case 'LogStatusReported':
    case 'CertificateSigningRequested':
      await noteOperation(unit, charger, event, metadata);
      break;
    default:
      // The charger alone.
      break;
  }
  await unit.decide(chargerDecider, charger, { kind: 'event', event, ...(readingOf && { readingOf }) }, metadata);
}

/** The newest register readings of sessions, Wh, where it takes them to tell the sessions apart. */
async function readingsOf(unit: UnitOfWork, sessionIds: readonly string[]): Promise<ReadingOf> {
  const readings = new Map<string, number>();
  for (const sessionId of sessionIds.length < 2 ? [] : sessionIds) {
    const state = await unit.state(sessionDecider, sessionStream(sessionId));
    const readingWh = state.status === 'none' ? null : latestRegisterWh(state.meter);
    if (readingWh !== null) readings.set(sessionId, readingWh);
  }
  return (sessionId) => readings.get(sessionId) ?? null;
}

/** What a command on its way, or its end, means for what it is about. */
async function decideWhatCommandDid(
  unit: UnitOfWork,
  charger: string,
  event: ChargerEventOf<'CommandSent' | 'CommandFinished' | 'CommandNotOwned'>,
  metadata: StoredMetadata,
): Promise<void> {
  if (event.type === 'CommandNotOwned') return;
  const { commandId } = event.data;
  const state = await unit.state(commandDecider, commandStream(commandId));
  // Nobody asked for it here, or for what is not known any more.
  if (state.status === 'none' || state.request === null) return;
  const { command } = state.request;
  if (event.type === 'CommandSent') {
    await requestReservation(unit, { commandId, command, refusable: false }, metadata);
    await beginOperation(unit, event, metadata);
    return;
  }
  await settlePassword(unit, state.request, event.data, metadata);
  await settleByStatus(unit, charger, event, metadata);
  await settleReservation(unit, { ...event.data, command }, metadata);
  await settleLocalList(unit, { ...event.data, command }, metadata);
  await settleOperation(unit, event, metadata);
}

function hasGap(facts: Decision<SessionFact>): boolean {
  return (
    !isRejection(facts) &&
    facts.some(({ type, data }) => type === 'SessionAnomalyDetected' && data.anomaly === 'SeqNoGap')
  );
}
