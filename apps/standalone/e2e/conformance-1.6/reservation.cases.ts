import { casesIn } from './cases';
import { inSeconds, type Bench, type CommandExpectation } from './bench';
import { start } from './charging.cases';
import type { WireCharger } from './wire-charger';

const { cases, define } = casesIn('reservation.cases.ts');
export const reservationCases = cases;

let lastId = 100;
interface Wanted {
  evseId?: number;
  expiresAt?: string;
  groupId?: string;
}

/** Resolves with the id of a new reservation. */
async function reserve(
  bench: Bench,
  charger: WireCharger,
  { evseId = 1, expiresAt = inSeconds(3600), groupId }: Wanted = {},
  expected: Partial<CommandExpectation> = {},
): Promise<number> {
  const reservationId = ++lastId;
  const parent = groupId === undefined ? {} : { parentIdTag: groupId };
  const wire = { connectorId: evseId, expiryDate: expiresAt, idTag: 'RESERVED', ...parent, reservationId };
  const input = { evseId, expiresAt, groupId, idToken: 'RESERVED', reservationId };
  await bench.command(charger, 'reserve', input, { wire: JSON.stringify(wire), ...expected });
  return reservationId;
}

define('046', '§5.13, §4.8 reservationId', async (bench, id) => {
  await bench.token('RESERVED');
  const charger = await bench.charger(id);
  const reservationId = await reserve(bench, charger);
  await bench.reservation(reservationId, { state: 'ACTIVE', evseId: 1, idToken: 'RESERVED', groupId: null });
  await bench.status(charger, 'Reserved');
  const transactionId = String(await start(charger, 'RESERVED', { reservationId }));
  await bench.reservation(reservationId, { state: 'USED', session: { transactionId } });
  await bench.sessions(id, [{ transactionId, reservationId, state: 'ACTIVE' }]);
});

define('047', '§5.13 expiryDate', async (bench, id) => {
  const charger = await bench.charger(id);
  const reservationId = await reserve(bench, charger, { expiresAt: inSeconds(2) });
  await bench.status(charger, 'Reserved');
  await bench.status(charger, 'Available');
  await bench.reservation(reservationId, { state: 'EXPIRED', session: null });
});

for (const [number, status] of [
  ['048_1', 'Faulted'],
  ['048_2', 'Occupied'],
  ['048_3', 'Unavailable'],
  ['048_4', 'Rejected'],
] as const) {
  define(number, `§5.13 ${status}`, async (bench, id) => {
    const charger = await bench.charger(id);
    const reservationId = await reserve(bench, charger, {}, { answer: { status }, state: 'REJECTED' });
    await bench.reservation(reservationId, { state: 'REFUSED', refusal: status });
  });
}

define('049', '§5.13 connectorId 0, §4.8', async (bench, id) => {
  await bench.token('RESERVED');
  const charger = await bench.charger(id);
  const reservationId = await reserve(bench, charger, { evseId: 0 });
  await bench.reservation(reservationId, { state: 'ACTIVE', evseId: 0 });
  const transactionId = String(await start(charger, 'RESERVED', { connectorId: 2, reservationId }));
  await bench.reservation(reservationId, { state: 'USED', session: { transactionId } });
});

define('051', '§5.1 Accepted', async (bench, id) => {
  const charger = await bench.charger(id);
  const reservationId = await reserve(bench, charger);
  const wire = JSON.stringify({ reservationId });
  await bench.command(charger, 'cancelReservation', { reservationId }, { wire });
  await bench.reservation(reservationId, { state: 'CANCELLED', session: null });
});

define('052', '§5.1 Rejected', async (bench, id) => {
  const charger = await bench.charger(id);
  const reservationId = await reserve(bench, charger);
  const answer = { status: 'Rejected' };
  await bench.call(charger, 'CancelReservation', { reservationId }, { answer, state: 'REJECTED' });
  await bench.reservation(reservationId, { state: 'ACTIVE' });
});

define('053', '§5.13 parentIdTag, §3.10', async (bench, id) => {
  await bench.token('RESERVED', { groupId: 'FAMILY' });
  await bench.token('COUSIN', { groupId: 'FAMILY' });
  const charger = await bench.charger(id);
  const reservationId = await reserve(bench, charger, { groupId: 'FAMILY' });
  await bench.reservation(reservationId, { state: 'ACTIVE', groupId: 'FAMILY' });
  const idTagInfo = { parentIdTag: 'FAMILY', status: 'Accepted' };
  expect(await charger.text('Authorize', { idTag: 'COUSIN' })).toBe(JSON.stringify({ idTagInfo }));
  const started = await charger.call('StartTransaction', {
    ...{ connectorId: 1, idTag: 'COUSIN', meterStart: 0, reservationId, timestamp: inSeconds(0) },
  });
  expect(started).toEqual({ idTagInfo, transactionId: expect.any(Number) });
  const transactionId = String(started['transactionId']);
  await bench.reservation(reservationId, { state: 'USED', session: { transactionId } });
});
