import { sessionKey } from '@chargestream/contracts';
import type { HandlerContext } from '../handler';

export interface StartNaturalKey {
  connectorId: number;
  idTag: string;
  /** As the charger wrote it. */
  timestamp: string;
  meterStart: number;
}

/**
 * The identity of a 1.6 session, the same for every retransmission of its start on any node. Two cases in which the natural key does
 * not tell sessions apart mix in the connection's epoch: a clock that cannot be believed (it may start at 1970 after each power cut),
 * and a key that comes again after its session ended on this connection.
 */
export function keyOfStart(context: HandlerContext, start: StartNaturalKey, clockImplausible: boolean): string {
  const { tenantId, chargerId, epoch } = context.connection;
  const natural = [tenantId, chargerId, start.connectorId, start.idTag, start.timestamp, start.meterStart] as const;
  let key = clockImplausible ? sessionKey(...natural, epoch) : sessionKey(...natural);
  for (let repeat = 1; context.memory.hasEnded(key); repeat++) key = sessionKey(...natural, epoch, repeat);
  return key;
}

/** As on the wire; null for what is no transactionId at all (64-bit numbers of one maker lose digits on the way). */
export function transactionIdText(transactionId: unknown): string | null {
  return Number.isSafeInteger(transactionId) ? String(transactionId) : null;
}
