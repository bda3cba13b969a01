import type { ChargerCommand } from '@chargestream/contracts';
import { askedReservation } from './asked-reservation';

const call = (action: string, payload: Record<string, unknown>) =>
  askedReservation({ kind: 'CALL_CHARGER', action, payload }, 'c');
const of16 = { connectorId: 1, expiryDate: '2026-01-01T13:00:00+01:00', idTag: 'TAG', reservationId: 5 };

describe('what a call asks of reservations', () => {
  it('is a reservation, in the words of 1.6', () => {
    expect(call('ReserveNow', { ...of16, parentIdTag: 'fleet' })).toEqual({
      kind: 'reserve',
      request: {
        ...{ reservationId: 5, evseId: 1, connectorId: null, idToken: 'TAG', idTokenType: null, groupId: 'fleet' },
        ...{ expiresAt: '2026-01-01T12:00:00.000Z', commandId: 'c' },
      },
    });
  });

  it('is a reservation, in the words of 2.x', () => {
    const payload = {
      ...{ id: 5, expiryDateTime: '2026-01-01T12:00:00Z', idToken: { idToken: 'TAG', type: 'ISO14443' } },
      groupIdToken: { idToken: 'fleet', type: 'Central' },
    };
    expect(call('ReserveNow', payload)).toEqual({
      kind: 'reserve',
      request: {
        ...{ reservationId: 5, evseId: null, connectorId: null, idToken: 'TAG', idTokenType: 'ISO14443' },
        ...{ groupId: 'fleet', expiresAt: '2026-01-01T12:00:00.000Z', commandId: 'c' },
      },
    });
    expect(call('ReserveNow', { ...payload, evseId: 2 })).toMatchObject({ request: { evseId: 2 } });
  });

  it('is a cancellation', () => {
    expect(call('CancelReservation', { reservationId: 5 })).toEqual({ kind: 'cancel', reservationId: 5 });
  });

  it.each([
    ['Reset', { type: 'Soft' }],
    ['CancelReservation', {}],
    ['CancelReservation', { reservationId: 1.5 }],
    ['CancelReservation', { reservationId: 2 ** 31 }],
    ['ReserveNow', {}],
    ['ReserveNow', { ...of16, reservationId: 'many' }],
    ['ReserveNow', { ...of16, connectorId: 1e300 }],
    ['ReserveNow', { ...of16, idTag: 7 }],
    ['ReserveNow', { ...of16, expiryDate: 'tomorrow' }],
    ['ReserveNow', { id: 5, expiryDateTime: '2026-01-01T12:00:00Z', idToken: null }],
  ])('is nothing in %s %j', (action, payload) => {
    expect(call(action, payload)).toBeNull();
  });
});

describe('what a neutral command asks of reservations', () => {
  const neutral = (command: object) => askedReservation(command as ChargerCommand, 'c');
  const expiresAt = '2026-01-01T12:00:00.000Z';
  const wanted = {
    ...{ reservationId: 5, evseId: 1, connectorId: null, idToken: 'TAG', idTokenType: 'ISO14443', groupId: 'fleet' },
    expiresAt,
  };

  it('is a reservation or a cancellation', () => {
    expect(neutral({ kind: 'RESERVE', ...wanted })).toEqual({
      kind: 'reserve',
      request: { ...wanted, commandId: 'c' },
    });
    expect(neutral({ kind: 'CANCEL_RESERVATION', reservationId: 5 })).toEqual({ kind: 'cancel', reservationId: 5 });
  });

  it('is nothing in others, or without an id, a token or a time', () => {
    expect(neutral({ kind: 'CLEAR_CACHE' })).toBeNull();
    for (const less of [{ reservationId: null }, { reservationId: 'x' }, { idToken: null }, { expiresAt: 'soon' }]) {
      expect(neutral({ kind: 'RESERVE', ...wanted, ...less })).toBeNull();
    }
  });
});
