import {
  chargerStream,
  commandStream,
  connectorStream,
  sessionStream,
  type ChargerEvent,
  type SessionFact,
} from '@chargestream/contracts';
import {
  chargerDecider,
  commandDecider,
  connectorDecider,
  isRejection,
  resolveMeterValues,
  resolveTransaction,
  sessionDecider,
  type Decision,
} from '@chargestream/domain';
import { metadataOfEvent } from '../aggregates/metadata';
import type { UnitOfWork } from '../aggregates/unit-of-work';
import { askTransactionStatus, settleByStatus } from './transaction-status';

/** Lets every aggregate that an event concerns decide, the charger last: its book must show what was before. */
export async function decideChargerEvent(unit: UnitOfWork, event: ChargerEvent, traceparent?: string): Promise<void> {
  const metadata = metadataOfEvent(event, traceparent);
  const { tenantId, chargerId } = event;
  const charger = chargerStream(tenantId, chargerId);
  switch (event.type) {
    case 'TransactionReported': {
      const { book } = await unit.state(chargerDecider, charger);
      const { sessionId, notes, displaced } = resolveTransaction(book, event);
      for (const other of displaced) {
        await unit.decide(sessionDecider, sessionStream(other), { kind: 'endByNextStart', cause: event }, metadata);
      }
      const report = { kind: 'report', sessionId, event, notes } as const;
      const facts = await unit.decide(sessionDecider, sessionStream(sessionId), report, metadata);
      if (event.data.kind !== 'Ended' && hasGap(facts)) await askTransactionStatus(unit, sessionId, event, metadata);
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
      if (event.type === 'CommandFinished') await settleByStatus(unit, charger, event, metadata);
      break;
    default:
      // The charger alone.
      break;
  }
  await unit.decide(chargerDecider, charger, { kind: 'event', event }, metadata);
}

function hasGap(facts: Decision<SessionFact>): boolean {
  return (
    !isRejection(facts) &&
    facts.some(({ type, data }) => type === 'SessionAnomalyDetected' && data.anomaly === 'SeqNoGap')
  );
}
