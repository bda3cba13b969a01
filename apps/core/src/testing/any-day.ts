import type { ChargerEvent } from '@chargestream/contracts';
import { event, meterValues16, register, start16, stop16, tx2 } from '@chargestream/domain/testing';

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let random = seed;
  return () => (random = (random * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

/** Two chargers' day with what goes wrong in the field: messages late, lost, twice, and with other ids. */
export function anyDay(seed: number): ChargerEvent[] {
  const next = seeded(seed);
  const messages: ChargerEvent[] = [];
  for (const one of DAY) {
    if (next() < 0.1) continue;
    for (const chargerId of ['CP-A', 'CP-B']) {
      const copy = ofCharger(one, chargerId);
      const place = next() < 0.25 ? Math.floor(next() * messages.length) : messages.length;
      messages.splice(place, 0, copy);
      if (next() < 0.2) messages.push(copy);
    }
  }
  return messages;
}

function ofCharger(one: ChargerEvent, chargerId: string): ChargerEvent {
  const copy = { ...one, chargerId, id: `${chargerId} ${one.id}` } as ChargerEvent;
  if (copy.type !== 'TransactionReported' || copy.data.sessionKey === null) return copy;
  return { ...copy, data: { ...copy.data, sessionKey: `${copy.data.sessionKey}-${chargerId}` } };
}

const energy = (minute: number) => [register(1_000 + 10 * minute, minute)];
const status = (minute: number, text: string, evseId = 1) =>
  event('ConnectorStatusReported', {
    evseId,
    connectorId: 1,
    status: text,
    errorCode: 'NoError',
    info: null,
    vendorId: null,
    vendorErrorCode: null,
    reportedAt: new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString(),
  });

const DAY: readonly ChargerEvent[] = [
  status(0, 'Preparing'),
  start16(0),
  status(1, 'Charging'),
  meterValues16(1, energy(1)),
  meterValues16(2, energy(2), { transactionId: null }),
  start16(10, { transactionId: '78' }),
  stop16(5),
  meterValues16(11, energy(11), { transactionId: '-1' }),
  stop16(20, { transactionId: '-1', token: { idToken: 'TAG', type: null } }),
  status(20, 'Available'),
  meterValues16(21, energy(21), { transactionId: '0' }),
  status(22, 'Unavailable', 2),
  stop16(30, { transactionId: '4711' }),
  start16(25, { transactionId: '79', token: { idToken: 'OTHER', type: null } }),
  meterValues16(26, energy(26), { transactionId: '79' }),
  tx2('Started', 0, 39, { chargingState: 'EVConnected' }),
  tx2('Updated', 1, 40, { chargingState: 'Charging', samples: energy(40) }),
  tx2('Updated', 2, 44, { samples: energy(44) }),
  tx2('Updated', 3, 45, { chargingState: 'SuspendedEV', samples: energy(45) }),
  tx2('Ended', 4, 49, { samples: energy(49) }),
  tx2('Started', 0, 50, { transactionId: 'tx-2' }),
  tx2('Updated', 1, 51, { transactionId: 'tx-2', samples: energy(51) }),
  tx2('Ended', 2, 55, { transactionId: 'tx-2' }),
];
