import type { LocalListEntry, LocalListFact, LocalListUpdateType, ReservationFact } from '@chargestream/contracts';
import { describeWithDatabases } from '@chargestream/postgres';
import { openSqliteReadModel, type ReadModel } from './index';
import { openPostgresReadModel } from './postgres';
import { chargingProfilePut, localListEntry, LogWriter, reservationRequested } from './testing';

jest.setTimeout(60_000);

const TENANT = 'default';

describe('reservations, charging profiles and local lists, on SQLite', () => {
  projected(() => openSqliteReadModel({ path: ':memory:' }));
});
describeWithDatabases('reservations, charging profiles and local lists, on PostgreSQL', (newDatabase) => {
  projected(async () => openPostgresReadModel({ url: await newDatabase() }));
});

const confirmed = (commandId: string): ReservationFact => ({
  type: 'ReservationConfirmed',
  data: { reservationId: 5, commandId },
});
const refused = (commandId: string, status: string): ReservationFact => ({
  type: 'ReservationRefused',
  data: { reservationId: 5, commandId, status },
});
const ENDS: [string, ReservationFact, object][] = [
  [
    'CANCELLED',
    { type: 'ReservationCancelled', data: { reservationId: 5, commandId: 'c' } },
    { cancel_command_id: 'c', ended_at: expect.any(String) },
  ],
  ['CANCELLED', { type: 'ReservationCancelled', data: { reservationId: 5, commandId: null } }, {}],
  ['USED', { type: 'ReservationUsed', data: { reservationId: 5, sessionId: 's' } }, { session_id: 's' }],
  [
    'EXPIRED',
    { type: 'ReservationExpired', data: { reservationId: 5, expiredAt: '2026-01-01T01:00:00.000Z' } },
    { ended_at: '2026-01-01T01:00:00.000Z' },
  ],
];

function projected(open: () => Promise<ReadModel>): void {
  let readModel: ReadModel;
  let log: LogWriter;

  beforeEach(async () => {
    readModel = await open();
    log = new LogWriter();
  });
  afterEach(() => readModel.close());

  const reservation = () => readModel.queries.reservations.byId(TENANT, 5);
  const write = async (...facts: ReservationFact[]) =>
    readModel.apply(facts.map((fact) => log.reservation('CP', fact)));

  it('follow a reservation from its request to each of its ends', async () => {
    for (const [state, end, more] of ENDS) {
      await write(reservationRequested(5, 'a'));
      expect(await reservation()).toMatchObject({
        ...{ reservation_id: 5, charger_id: 'CP', state: 'REQUESTED', command_id: 'a', id_token: 'TAG' },
        ...{ evse_id: 1, connector_id: null, session_id: null, ended_at: null, refusal: null },
      });
      await write(confirmed('a'));
      expect(await reservation()).toMatchObject({ state: 'ACTIVE' });
      await write(end);
      expect(await reservation()).toMatchObject({ state, ...more });
    }
  });

  it('tell why a reservation was refused', async () => {
    await write(reservationRequested(5, 'a'), refused('a', 'Occupied'));
    expect(await reservation()).toMatchObject({ state: 'REFUSED', refusal: 'Occupied' });
  });

  it('show the reservation that a refused replacement left in place (1.6 §5.13)', async () => {
    const later = reservationRequested(5, 'b', { evseId: 2, idToken: 'OTHER' });
    await write(reservationRequested(5, 'a'), confirmed('a'), later);
    expect(await reservation()).toMatchObject({ state: 'REQUESTED', evse_id: 2, id_token: 'OTHER' });
    await write(refused('b', 'Rejected'));
    expect(await reservation()).toMatchObject({
      ...{ state: 'ACTIVE', evse_id: 1, id_token: 'TAG', command_id: 'a', refusal: 'Rejected' },
    });
    await write(later, confirmed('b'));
    expect(await reservation()).toMatchObject({ state: 'ACTIVE', evse_id: 2, command_id: 'b' });
  });

  it('find reservations by charger, state and token, newest first, each tenant its own', async () => {
    const other = new LogWriter('other');
    await readModel.apply([
      log.reservation('CP', reservationRequested(1, 'a')),
      log.reservation('CP', reservationRequested(2, 'b', { idToken: 'OTHER' })),
      log.reservation('CP-2', reservationRequested(3, 'c')),
      log.reservation('CP-2', { type: 'ReservationConfirmed', data: { reservationId: 3, commandId: 'c' } }),
    ]);
    await readModel.apply([other.reservation('CP', reservationRequested(1, 'z', { idToken: 'ELSE' }))]);
    const found = async (filter: object, tenantId = TENANT) => {
      const page = await readModel.queries.reservations.page(tenantId, filter, { first: 10 });
      return page.rows.map(({ row }) => row.reservation_id);
    };
    expect(await found({})).toEqual([3, 2, 1]);
    expect(await found({ chargerId: 'CP' })).toEqual([2, 1]);
    expect(await found({ state: 'ACTIVE' })).toEqual([3]);
    expect(await found({ idToken: 'OTHER' })).toEqual([2]);
    expect(await found({}, 'other')).toEqual([1]);
    expect(await readModel.queries.reservations.byId('other', 2)).toBeUndefined();
    const first = await readModel.queries.reservations.page(TENANT, {}, { first: 2 });
    const after = first.rows.at(-1)!.cursor;
    const rest = await readModel.queries.reservations.page(TENANT, {}, { first: 2, after });
    expect(rest.rows.map(({ row }) => row.reservation_id)).toEqual([1]);
  });

  it('keep charging profiles until they are removed, and find them by description', async () => {
    await readModel.apply([
      log.chargingProfile(chargingProfilePut(7)),
      log.chargingProfile(chargingProfilePut(8, { description: 'Day_%' })),
      log.chargingProfile(chargingProfilePut(9, { description: null })),
    ]);
    const found = async (filter: object) => {
      const page = await readModel.queries.chargingProfiles.page(TENANT, filter, { first: 10 });
      return page.rows.map(({ row }) => row.charging_profile_id);
    };
    expect(await found({})).toEqual([9, 8, 7]);
    expect(await found({ description: 'NIGHT' })).toEqual([7]);
    expect(await found({ description: 'y_%' })).toEqual([8]);
    const row = await readModel.queries.chargingProfiles.byId(TENANT, 7);
    expect(row).toMatchObject({ purpose: 'TxDefaultProfile', kind: 'Recurring', recurrency: 'Daily', stack_level: 0 });
    expect(JSON.parse(row?.schedule ?? '')).toMatchObject({ unit: 'A', periods: [{ startPeriodS: 0, limit: 16 }] });
    await readModel.apply([log.chargingProfile({ type: 'ChargingProfileRemoved', data: { chargingProfileId: 7 } })]);
    expect(await readModel.queries.chargingProfiles.byId(TENANT, 7)).toBeUndefined();
  });

  it('show what a charger’s local list is believed to hold', async () => {
    const changed = (
      version: number,
      updateType: LocalListUpdateType,
      ...entries: LocalListEntry[]
    ): LocalListFact => ({
      type: 'LocalListChanged',
      data: { version, updateType, entries, commandId: 'l' },
    });
    const refusedUpdate = (status: string): LocalListFact => ({
      type: 'LocalListRefused',
      data: { version: 3, updateType: 'DIFFERENTIAL', status, commandId: 'l', resentAs: null },
    });
    const told = (version: number): LocalListFact => ({ type: 'LocalListVersionCorrected', data: { version } });
    const after = async (...facts: LocalListFact[]) => {
      const changes = await readModel.apply(facts.map((fact) => log.localList('CP', fact)));
      expect(changes).toMatchObject([{ entity: 'charger', id: 'CP' }]);
      const row = await readModel.queries.localLists.ofCharger(TENANT, 'CP');
      const tokens = (JSON.parse(row?.entries ?? '') as LocalListEntry[]).map(({ idToken }) => idToken);
      return { ...row, tokens };
    };
    expect(await after(changed(1, 'FULL', localListEntry('b'), localListEntry('A')))).toMatchObject({
      ...{ version: 1, tokens: ['A', 'b'], content_known: 1, supported: 1, refusal: null },
    });
    const differential = changed(2, 'DIFFERENTIAL', localListEntry('a', { status: null }), localListEntry('C'));
    expect(await after(differential)).toMatchObject({ version: 2, tokens: ['b', 'C'], content_known: 1 });
    expect(await after(refusedUpdate('VersionMismatch'))).toMatchObject({
      ...{ version: 2, tokens: ['b', 'C'], content_known: 0, refusal: 'VersionMismatch' },
    });
    expect(await after(changed(3, 'FULL', localListEntry('D')))).toMatchObject({ content_known: 1, refusal: null });
    expect(await after(told(9))).toMatchObject({ version: 9, tokens: ['D'], content_known: 0 });
    expect(await after(told(0))).toMatchObject({ version: 0, tokens: [], content_known: 1 });
    expect(await after(refusedUpdate('NotSupported'))).toMatchObject({ version: null, supported: 0, tokens: [] });
    expect(await after(told(-1))).toMatchObject({ version: null, supported: 0 });
  });
}
