import {
  chargerStream,
  chargingProfileStream,
  commandStream,
  localListStream,
  reservationStream,
  sessionStream,
  type LocalListFact,
} from '@chargestream/contracts';
import {
  chargerConnected,
  chargingProfilePut,
  commandRequested,
  localListEntry,
  reservationRequested,
  sessionStarted,
} from '@chargestream/read-model/testing';
import { ApiFixture } from './testing/api-fixture';

const SESSION = 'a'.repeat(32);
const LATER = 'b'.repeat(32);
const COMMAND = '00000000-0000-4000-8000-000000000001';
const charger = { chargerId: 'CP-1' };
let fixture: ApiFixture;

beforeAll(async () => {
  fixture = await ApiFixture.start();
  for (const chargerId of ['CP-1', 'CP-2', 'CP-3']) {
    await fixture.append(chargerStream('default', chargerId), [chargerConnected(1)], { chargerId });
  }
});
afterAll(() => fixture.close());

async function ask(query: string): Promise<Record<string, unknown>> {
  const { data, errors } = await fixture.query(query);
  expect(errors).toBeUndefined();
  return data as Record<string, unknown>;
}

describe('reservations', () => {
  it('are shown with their command, and with a note while it is not known whether they are held', async () => {
    const stream = reservationStream('default', 5);
    await fixture.append(commandStream(COMMAND), [commandRequested(COMMAND)], charger);
    await fixture.append(stream, [reservationRequested(5, COMMAND, { groupId: 'fleet' })], charger);
    const query =
      '{ reservation(id: 5) { id state note evseId groupId charger { id } command { id state } session { id } } }';
    expect(await ask(query)).toEqual({
      reservation: {
        ...{ id: 5, state: 'REQUESTED', note: null, evseId: 1, groupId: 'fleet', session: null },
        ...{ charger: { id: 'CP-1' }, command: { id: COMMAND, state: 'REQUESTED' } },
      },
    });
    const response = { outcome: 'TIMED_OUT' as const, ocppAction: 'ReserveNow', response: null, error: null };
    const finishedAt = '2026-01-01T00:00:00.000Z';
    await fixture.append(
      commandStream(COMMAND),
      [{ type: 'CommandFinished', data: { ...response, finishedAt } }],
      charger,
    );
    expect(await ask(query)).toMatchObject({
      reservation: { state: 'REQUESTED', note: expect.stringContaining('did not answer') },
    });
  });

  it('are shown by the session that used them, and only by that', async () => {
    const stream = reservationStream('default', 6);
    await fixture.append(
      stream,
      [
        reservationRequested(6, 'a'),
        { type: 'ReservationConfirmed', data: { reservationId: 6, commandId: 'a' } },
        { type: 'ReservationUsed', data: { reservationId: 6, sessionId: SESSION } },
      ],
      charger,
    );
    for (const id of [SESSION, LATER]) {
      await fixture.append(sessionStream(id), [sessionStarted(id, { reservationId: 6 })], charger);
    }
    const reservationOf = (id: string) => ask(`{ session(id: "${id}") { reservationId reservation { id state } } }`);
    expect(await reservationOf(SESSION)).toEqual({
      session: { reservationId: 6, reservation: { id: 6, state: 'USED' } },
    });
    expect(await reservationOf(LATER)).toEqual({ session: { reservationId: 6, reservation: null } });
    expect(await ask('{ reservation(id: 6) { sessionId session { id } } }')).toEqual({
      reservation: { sessionId: SESSION, session: { id: SESSION } },
    });
  });

  it('are listed by charger, state and token', async () => {
    await fixture.append(
      reservationStream('default', 7),
      [
        reservationRequested(7, 'x', { idToken: 'OTHER' }),
        { type: 'ReservationRefused', data: { reservationId: 7, commandId: 'x', status: 'Occupied' } },
      ],
      { chargerId: 'CP-2' },
    );
    const ids = async (filter: string) => {
      const data = await ask(`{ reservations(filter: {${filter}}) { nodes { id refusal } } }`);
      return (data.reservations as { nodes: { id: number }[] }).nodes.map(({ id }) => id);
    };
    expect(await ids('')).toEqual([7, 6, 5]);
    expect(await ids('chargerId: "CP-2"')).toEqual([7]);
    expect(await ids('state: USED')).toEqual([6]);
    expect(await ids('idToken: "OTHER"')).toEqual([7]);
  });

  it('of nobody are null', async () => {
    expect(await ask('{ reservation(id: 404) { id } chargingProfile(id: 404) { id } }')).toEqual({
      reservation: null,
      chargingProfile: null,
    });
  });
});

describe('charging profiles', () => {
  it('are shown with their schedule and found by description', async () => {
    const none = { chargerId: '' };
    await fixture.append(chargingProfileStream('default', 7), [chargingProfilePut(7)], none);
    await fixture.append(chargingProfileStream('default', 8), [chargingProfilePut(8, { description: 'Day' })], none);
    const schedule =
      'schedule { durationS startSchedule unit minChargingRate periods { startPeriodS limit numberPhases } }';
    const fields = `id description stackLevel purpose kind recurrency validFrom validTo ${schedule}`;
    expect(await ask(`{ chargingProfile(id: 7) { ${fields} } }`)).toEqual({
      chargingProfile: {
        ...{ id: 7, description: 'Night', stackLevel: 0, purpose: 'TxDefaultProfile', kind: 'Recurring' },
        ...{ recurrency: 'Daily', validFrom: null, validTo: null },
        schedule: {
          ...{ durationS: 86_400, startSchedule: '2026-01-01T22:00:00.000Z', unit: 'A', minChargingRate: null },
          periods: [{ startPeriodS: 0, limit: 16, numberPhases: null }],
        },
      },
    });
    expect(await ask('{ chargingProfiles(filter: { description: "nigh" }) { nodes { id } } }')).toEqual({
      chargingProfiles: { nodes: [{ id: 7 }] },
    });
  });
});

describe('the local list of a charger', () => {
  const list =
    'charger(id: "CP-3") { localListVersion localList { version supported contentKnown refusal entries { idToken status } } }';
  const append = (...facts: LocalListFact[]) =>
    fixture.append(localListStream('default', 'CP-3'), facts, { chargerId: 'CP-3' });

  it('is null until something is known of it', async () => {
    expect(await ask(`{ ${list} }`)).toEqual({ charger: { localListVersion: null, localList: null } });
  });

  it('has what the charger accepted', async () => {
    const update = { version: 3, updateType: 'FULL' as const, entries: [localListEntry('TAG')], commandId: 'l' };
    await append({ type: 'LocalListChanged', data: update });
    expect(await ask(`{ ${list} }`)).toEqual({
      charger: {
        localListVersion: 3,
        localList: {
          ...{ version: 3, supported: true, contentKnown: true, refusal: null },
          entries: [{ idToken: 'TAG', status: 'ACCEPTED' }],
        },
      },
    });
  });

  it('is not supported, or of a version that is no integer of GraphQL', async () => {
    await append({ type: 'LocalListVersionCorrected', data: { version: 2 ** 40 } });
    expect(await ask(`{ ${list} }`)).toMatchObject({ charger: { localListVersion: null } });
    await append({ type: 'LocalListVersionCorrected', data: { version: -1 } });
    expect(await ask(`{ ${list} }`)).toMatchObject({
      charger: { localListVersion: -1, localList: { supported: false, version: null, entries: [] } },
    });
  });
});
