import type { OperationFact } from '@chargestream/contracts';
import type { OperationRow } from '../schema';
import { flag, type EventOf, type Projection } from './projection';

/** One word about an operation, and when by our clock. */
export interface OperationStep {
  status: string;
  at: string;
}

type FactType = OperationFact['type'];

const FACTS = [
  'OperationStarted',
  'OperationProgressed',
  'OperationStalled',
  'CertificateIssued',
  'OperationEnded',
] as const satisfies readonly FactType[];

/** A charger may tell the same over and over: what it told first and what it told last is kept. */
const MAX_STEPS = 200;

export const operations: Projection<'operations'> = {
  table: 'operations',
  canHandle: FACTS,
  keys: (event) => ('operationId' in event.data ? [String(event.data.operationId)] : []),
  evolve(row, event, key) {
    const at = event.metadata.receivedAt;
    switch (event.type) {
      case 'OperationStarted':
        return row ?? started(event, key);
      case 'OperationProgressed':
        return row && { ...stepped(row, event.data.status, at), status: event.data.status, stalled: 0 };
      case 'OperationStalled':
        return row && { ...stepped(row, 'Stalled', at), stalled: flag(true) };
      case 'CertificateIssued':
        return row && { ...stepped(row, 'CertificateIssued', at), stalled: 0 };
      case 'OperationEnded': {
        const { outcome, status } = event.data;
        const known = row?.status === status ? row : row && stepped(row, status, at);
        return known && { ...known, state: outcome, status, stalled: 0, ended_at: at, updated_at: at };
      }
      default:
        return row;
    }
  },
  changed: ({ metadata }) => ({ entity: 'charger', id: metadata.chargerId }),
};

function started({ data, metadata }: EventOf<'OperationStarted'>, key: string): OperationRow {
  const { receivedAt: at } = metadata;
  return {
    key,
    tenant_id: metadata.tenantId,
    charger_id: metadata.chargerId,
    kind: data.kind,
    state: 'RUNNING',
    status: null,
    stalled: 0,
    command_id: data.commandId,
    request_id: data.requestId,
    detail: JSON.stringify(data.detail),
    history: JSON.stringify([{ status: 'Started', at } satisfies OperationStep]),
    started_at: at,
    ended_at: null,
    updated_at: at,
  };
}

function stepped(row: OperationRow, status: string, at: string): OperationRow {
  const steps = [...(JSON.parse(row.history) as OperationStep[]), { status, at }];
  const kept = steps.length > MAX_STEPS ? [steps[0], ...steps.slice(-(MAX_STEPS - 1))] : steps;
  return { ...row, history: JSON.stringify(kept), updated_at: at };
}
