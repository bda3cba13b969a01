import {
  commandStream,
  eventId,
  reservationStream,
  type ChargerCommand,
  type CommandOutcome,
  type SendCommand,
} from '@chargestream/contracts';
import { at, CHARGER, event, start16, TENANT } from '@chargestream/domain/testing';
import { Cores } from '../testing/cores';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';

const MINUTE_MS = 60_000;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.open();
  await harness.start();
  await harness.report(event('ChargerSeen', {}));
  await harness.settled();
});
afterEach(() => harness.close());

const types = (reservationId = 5) => harness.types(reservationStream(TENANT, reservationId));
const row = (reservationId = 5) => harness.readModel.queries.reservations.byId(TENANT, reservationId);
const stateIs = (state: string) => harness.until(async () => (await row())?.state === state);

/** As callCharger sends it. */
const reserveNow = (more: object = {}): ChargerCommand => ({
  kind: 'CALL_CHARGER',
  action: 'ReserveNow',
  payload: { connectorId: 1, expiryDate: at(30), idTag: 'TAG', parentIdTag: 'fleet', reservationId: 5, ...more },
});
const cancelReservation: ChargerCommand = {
  kind: 'CALL_CHARGER',
  action: 'CancelReservation',
  payload: { reservationId: 5 },
};

async function send(command: ChargerCommand, data: Partial<SendCommand> = {}, chargerId = CHARGER): Promise<string> {
  const asked = intent('SendCommand', { command, expiresAt: at(10), holdUntilOnline: true, ...data }, { chargerId });
  await harness.intend(asked);
  await harness.settled();
  return asked.id;
}

/** What connect tells of a command's way. */
function told(commandId: string, command: ChargerCommand, outcome: CommandOutcome, status: string | null) {
  const [ocppAction, payload] = command.kind === 'CALL_CHARGER' ? [command.action, command.payload] : ['', {}];
  const response = status === null ? null : { status };
  return [
    event('CommandSent', { commandId, ocppAction, payload }, { id: eventId('sent', commandId) }),
    event(
      'CommandFinished',
      { commandId, outcome, ocppAction, response, error: null },
      { id: eventId('finished', commandId) },
    ),
  ];
}

async function answer(command: ChargerCommand, outcome: CommandOutcome, status: string | null = null): Promise<string> {
  const commandId = await send(command);
  await harness.report(...told(commandId, command, outcome, status));
  await harness.settled();
  return commandId;
}

describe('a reservation', () => {
  it('is asked for, held, and used by the start that names it; repeats change nothing', async () => {
    const commandId = await answer(reserveNow(), 'ACCEPTED', 'Accepted');
    expect(await row()).toMatchObject({
      ...{ state: 'ACTIVE', charger_id: CHARGER, evse_id: 1, id_token: 'TAG', group_id: 'fleet', expires_at: at(30) },
      command_id: commandId,
    });
    const start = start16(5, { reservationId: 5 });
    await harness.report(start, ...told(commandId, reserveNow(), 'ACCEPTED', 'Accepted'), start);
    await harness.settled();
    expect(await types()).toEqual(['ReservationRequested', 'ReservationConfirmed', 'ReservationUsed']);
    expect(await row()).toMatchObject({ state: 'USED', session_id: start.data.sessionKey });
  });

  it('is refused in the charger’s words', async () => {
    await answer(reserveNow({ connectorId: 0 }), 'REJECTED', 'Occupied');
    expect(await row()).toMatchObject({ state: 'REFUSED', refusal: 'Occupied', evse_id: 0 });
  });

  it('expires when its time has come, after a restart too', async () => {
    await answer(reserveNow(), 'ACCEPTED', 'Accepted');
    harness.timers.advance(20 * MINUTE_MS);
    await harness.settled();
    expect(await row()).toMatchObject({ state: 'ACTIVE' });
    await harness.restart();
    await harness.settled();
    harness.timers.advance(10 * MINUTE_MS);
    await stateIs('EXPIRED');
    expect(await row()).toMatchObject({ ended_at: at(30) });
    await harness.restart();
    await harness.settled();
    expect(await types()).toEqual(['ReservationRequested', 'ReservationConfirmed', 'ReservationExpired']);
  });

  it('that ran out while core was down has expired when it is back', async () => {
    await answer(reserveNow(), 'ACCEPTED', 'Accepted');
    await harness.stop();
    harness.timers.advance(60 * MINUTE_MS);
    await harness.start();
    await stateIs('EXPIRED');
  });

  it('expires once when another core has become the leader', async () => {
    const cores = new Cores(harness);
    const first = await cores.startProcess();
    await harness.stop();
    await cores.start();
    await answer(reserveNow(), 'ACCEPTED', 'Accepted');
    await first.kill();
    harness.timers.advance(60 * MINUTE_MS);
    await stateIs('EXPIRED');
    expect(await types()).toEqual(['ReservationRequested', 'ReservationConfirmed', 'ReservationExpired']);
    await cores.closeAll();
  });

  it('is cancelled when the charger accepts that, and stays when it does not', async () => {
    await answer(reserveNow(), 'ACCEPTED', 'Accepted');
    await answer(cancelReservation, 'REJECTED', 'Rejected');
    await answer(cancelReservation, 'TIMED_OUT');
    expect(await row()).toMatchObject({ state: 'ACTIVE' });
    const commandId = await answer(cancelReservation, 'ACCEPTED', 'Accepted');
    expect(await row()).toMatchObject({ state: 'CANCELLED', cancel_command_id: commandId });
    harness.timers.advance(60 * MINUTE_MS);
    await harness.settled();
    expect(await types()).toEqual(['ReservationRequested', 'ReservationConfirmed', 'ReservationCancelled']);
  });

  it.each(['TIMED_OUT', 'UNKNOWN'] as const)(
    'answered %s stays asked for, and is used by its start',
    async (outcome) => {
      await answer(reserveNow(), outcome);
      expect(await row()).toMatchObject({ state: 'REQUESTED' });
      await harness.report(start16(5, { reservationId: 5 }));
      await harness.settled();
      expect(await row()).toMatchObject({ state: 'USED' });
    },
  );

  it('takes the place of one with its id (1.6 §5.13), or leaves it when it is refused', async () => {
    const first = await answer(reserveNow(), 'ACCEPTED', 'Accepted');
    await answer(reserveNow({ connectorId: 2 }), 'REJECTED', 'Rejected');
    expect(await row()).toMatchObject({ state: 'ACTIVE', command_id: first, evse_id: 1 });
    const second = await answer(reserveNow({ connectorId: 2, expiryDate: at(50) }), 'ACCEPTED', 'Accepted');
    expect(await row()).toMatchObject({ state: 'ACTIVE', command_id: second, evse_id: 2 });
    harness.timers.advance(40 * MINUTE_MS);
    await harness.settled();
    expect(await row()).toMatchObject({ state: 'ACTIVE' });
    harness.timers.advance(10 * MINUTE_MS);
    await stateIs('EXPIRED');
  });

  it('ends when its connector breaks, whoever leads then, but not when another one does', async () => {
    await answer(reserveNow(), 'ACCEPTED', 'Accepted');
    await harness.restart();
    await harness.report(connectorStatus(2, 'Faulted'), connectorStatus(1, 'Reserved'));
    await harness.settled();
    expect(await row()).toMatchObject({ state: 'ACTIVE' });
    await harness.report(connectorStatus(1, 'Unavailable'));
    await stateIs('CANCELLED');
    expect(await row()).toMatchObject({ cancel_command_id: null });
  });

  it('of a charger is not used, nor cancelled, by another, nor by another tenant', async () => {
    await answer(reserveNow(), 'ACCEPTED', 'Accepted');
    const start = { reservationId: 5 };
    await harness.report(
      start16(5, { ...start, sessionKey: 'b'.repeat(32) }, { chargerId: 'CP-2' }),
      start16(6, { ...start, sessionKey: 'c'.repeat(32) }, { tenantId: 'other', id: 'of other' }),
    );
    await harness.settled();
    const commandId = await send(cancelReservation, {}, 'CP-2');
    const events = told(commandId, cancelReservation, 'ACCEPTED', 'Accepted');
    await harness.report(...events.map((one) => ({ ...one, chargerId: 'CP-2' })));
    await harness.settled();
    expect(await row()).toMatchObject({ state: 'ACTIVE' });
    expect(await harness.types(reservationStream('other', 5))).toEqual([]);
  });

  it('is not asked for at a charger that is retired, or unknown', async () => {
    await harness.intend(intent('RetireCharger', {}));
    await harness.settled();
    await send(reserveNow());
    await send(reserveNow(), {}, 'NOBODY');
    expect(await types()).toEqual([]);
    expect(harness.updates.filter((one) => one.kind === 'intent' && one.outcome === 'rejected')).toHaveLength(2);
  });

  it('whose command never went out is refused', async () => {
    // The charger is away, and the command must not wait.
    const commandId = await send(reserveNow(), { holdUntilOnline: false });
    await stateIs('REFUSED');
    expect(await row()).toMatchObject({ refusal: 'OFFLINE' });
    expect(await harness.types(commandStream(commandId))).toEqual(['CommandRequested', 'CommandFinished']);
  });
});

function connectorStatus(evseId: number, status: string) {
  return event('ConnectorStatusReported', {
    ...{ evseId, connectorId: 1, status, errorCode: 'NoError', info: null, vendorId: null },
    ...{ vendorErrorCode: null, reportedAt: null },
  });
}
