import type { Payload } from '../message';
import { DrivenDepot } from '../testing/driven-depot';

describe('reservations of a 1.6 charger', () => {
  let depot: DrivenDepot;
  beforeEach(() => void (depot = new DrivenDepot()));
  afterEach(() => depot.close());

  const reserve = (reservationId: number, connectorId: number, idTag: string, more: Payload = {}) =>
    depot
      .command('ReserveNow', {
        connectorId,
        expiryDate: new Date(Date.now() + 3_600_000).toISOString(),
        idTag,
        reservationId,
        ...more,
      })
      .then(({ status }) => status);

  it('keeps a connector for its token, whose start names the reservation', async () => {
    const charger = await depot.open();
    expect(await reserve(5, 1, 'MINE')).toBe('Accepted');
    await depot.until(() => depot.statuses('StatusNotification').includes('Reserved'));
    expect(await charger.start(1, 'OTHER')).toEqual({ kind: 'occupied' });
    expect(await charger.start(1, 'MINE')).toMatchObject({ kind: 'started' });
    expect(depot.sent('StartTransaction')).toMatchObject([{ idTag: 'MINE', reservationId: 5 }]);
    expect(await depot.command('CancelReservation', { reservationId: 5 })).toEqual({ status: 'Rejected' });
  });

  it('answers Occupied, Faulted, Unavailable and Rejected', async () => {
    const charger = await depot.open({ connectors: 4 });
    await charger.start(1, 'TAG');
    charger.fault(2, 'GroundFailure');
    await depot.command('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
    expect(await reserve(1, 1, 'A')).toBe('Occupied');
    expect(await reserve(2, 2, 'A')).toBe('Faulted');
    expect(await reserve(3, 3, 'A')).toBe('Unavailable');
    expect(await reserve(4, 9, 'A')).toBe('Rejected');
    expect(await reserve(5, 4, 'A')).toBe('Accepted');
    expect(await reserve(6, 4, 'A')).toBe('Occupied');
    expect(await reserve(5, 4, 'B')).toBe('Accepted'); // the same id replaces
    expect(charger.equipment.reservations.all).toMatchObject([{ id: 5, idTag: 'B' }]);
  });

  it('keeps one connector free for a reservation of connector 0', async () => {
    const charger = await depot.open({ connectors: 2 });
    expect(await reserve(7, 0, 'MINE')).toBe('Accepted');
    expect(await charger.start(1, 'A')).toMatchObject({ kind: 'started' });
    expect(await charger.start(2, 'B')).toEqual({ kind: 'occupied' });
    expect(await reserve(8, 0, 'C')).toBe('Occupied');
    expect(await charger.start(2, 'MINE')).toMatchObject({ kind: 'started' });
    expect(depot.sent('StartTransaction').map(({ reservationId }) => reservationId)).toEqual([undefined, 7]);
  });

  it('refuses connector 0 where that is not supported', async () => {
    await depot.open({ configuration: { ReserveConnectorZeroSupported: 'false' } });
    expect(await reserve(7, 0, 'MINE')).toBe('Rejected');
  });

  it('lets a token of the reserved group in', async () => {
    const charger = await depot.open();
    const friend = { idTag: 'FRIEND', idTagInfo: { status: 'Accepted', parentIdTag: 'GROUP' } };
    await depot.command('SendLocalList', {
      listVersion: 1,
      updateType: 'Full',
      localAuthorizationList: [friend],
    });
    expect(await reserve(9, 1, 'MINE', { parentIdTag: 'GROUP' })).toBe('Accepted');
    expect(await charger.start(1, 'STRANGER')).toEqual({ kind: 'occupied' });
    expect(await charger.start(1, 'FRIEND')).toMatchObject({ kind: 'started' });
    expect(depot.sent('StartTransaction')).toMatchObject([{ idTag: 'FRIEND', reservationId: 9 }]);
  });

  it('forgets a reservation when it expires', async () => {
    const charger = await depot.open();
    expect(await reserve(1, 1, 'MINE', { expiryDate: new Date(Date.now() - 1).toISOString() })).toBe('Rejected');
    expect(await reserve(1, 1, 'MINE', { expiryDate: new Date(Date.now() + 150).toISOString() })).toBe('Accepted');
    await depot.until(() => charger.equipment.reservations.all.length === 0);
    await depot.until(() => depot.statuses('StatusNotification').at(-1) === 'Available');
    expect(await charger.start(1, 'OTHER')).toMatchObject({ kind: 'started' });
  });
});
