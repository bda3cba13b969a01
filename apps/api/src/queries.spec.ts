import { chargerStream, connectorStream, sessionStream, type StoredFact } from '@chargestream/contracts';
import {
  chargerConnected,
  energySample,
  sampleOf,
  sessionEnded,
  sessionStarted,
  sessionUpdated,
} from '@chargestream/read-model/testing';
import { ApiFixture } from './testing/api-fixture';

const SESSION = 'a'.repeat(32);
const registered: StoredFact = {
  type: 'ChargerRegistered',
  data: {
    displayName: 'Depot north',
    registration: 'ACCEPTED',
    credentials: { username: null, passwordHash: 'scrypt$never-shown' },
    automatic: false,
  },
};
const charging: StoredFact = {
  type: 'ConnectorStatusChanged',
  data: {
    evseId: 1,
    connectorId: 1,
    status: 'Charging',
    errorCode: 'NoError',
    info: null,
    vendorId: null,
    vendorErrorCode: null,
    reportedAt: null,
  },
};

describe('queries', () => {
  let fixture: ApiFixture;

  beforeAll(async () => {
    fixture = await ApiFixture.start();
    const charger = { chargerId: 'CP-1' };
    await fixture.append(chargerStream('default', 'CP-1'), [registered, chargerConnected(1)], charger);
    await fixture.append(connectorStream('default', 'CP-1', 1, 1), [charging], charger);
    const samples = [energySample(2500), sampleOf('SoC', 55, 'Percent'), sampleOf('Power.Active.Import', 7200, 'W')];
    await fixture.append(sessionStream(SESSION), [sessionStarted(SESSION), sessionUpdated(2500, samples)], charger);
    await fixture.append(chargerStream('default', 'CP-2'), [{ ...registered }], { chargerId: 'CP-2' });
    await fixture.append(chargerStream('other', 'CP-3'), [registered], { chargerId: 'CP-3', tenantId: 'other' });
  });

  afterAll(() => fixture.close());

  it('shows a charger with its connectors and what runs on them', async () => {
    const { data, errors } = await fixture.query(`{
      charger(id: "CP-1") {
        id tenantId displayName connectivity ocppVersion lastSeenAt hasCredentials
        connectors { evseId connectorId status availability activeSession { id } }
        activeSessions { id state energyWh powerW stateOfChargePercent charger { id } }
      }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      charger: {
        id: 'CP-1',
        tenantId: 'default',
        displayName: 'Depot north',
        connectivity: 'ONLINE',
        ocppVersion: '1.6',
        lastSeenAt: expect.stringMatching(/^2026-01-01T/),
        hasCredentials: true,
        connectors: [
          { evseId: 1, connectorId: 1, status: 'Charging', availability: 'OPERATIVE', activeSession: { id: SESSION } },
        ],
        activeSessions: [
          {
            id: SESSION,
            state: 'ACTIVE',
            energyWh: 1500,
            powerW: 7200,
            stateOfChargePercent: 55,
            charger: { id: 'CP-1' },
          },
        ],
      },
    });
  });

  it('pages through lists and keeps tenants apart', async () => {
    const page = `query ($after: String) {
      chargers(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
    }`;
    const first = (await fixture.query(page)).data?.chargers as unknown as Record<string, never>;
    expect(first).toMatchObject({ nodes: [{ id: 'CP-1' }], pageInfo: { hasNextPage: true } });
    const { endCursor } = first.pageInfo as { endCursor: string };
    const second = await fixture.query(page, { after: endCursor });
    expect(second.data?.chargers).toMatchObject({ nodes: [{ id: 'CP-2' }], pageInfo: { hasNextPage: false } });
    expect((await fixture.query('{ charger(id: "CP-3") { id } }')).data).toEqual({ charger: null });
  });

  it('shows samples of one measurand, and every sample page by page', async () => {
    const power = await fixture.query(`{
      session(id: "${SESSION}") { samples(measurand: "Power.Active.Import") { nodes { value unit } } }
    }`);
    expect(power.data?.session).toEqual({ samples: { nodes: [{ value: 7200, unit: 'W' }] } });
    const all = await fixture.query(`{
      session(id: "${SESSION}") { samples(first: 2) { nodes { measurand } pageInfo { hasNextPage } } }
    }`);
    expect(all.data?.session).toMatchObject({ samples: { pageInfo: { hasNextPage: true } } });
  });

  it('answers history from the event log, newest first and without password hashes', async () => {
    const query = `query ($after: String) {
      history(chargerId: "CP-1", first: 1, after: $after) { nodes { type revision data } pageInfo { hasNextPage endCursor } }
    }`;
    const first = (await fixture.query(query)).data?.history as unknown as Record<string, never>;
    expect(first).toMatchObject({
      nodes: [{ type: 'ChargerConnected', revision: 1 }],
      pageInfo: { hasNextPage: true },
    });
    const { endCursor } = first.pageInfo as { endCursor: string };
    const second = await fixture.query(query, { after: endCursor });
    expect(second.data?.history).toMatchObject({
      nodes: [{ type: 'ChargerRegistered', data: { credentials: { username: null, passwordHash: '[redacted]' } } }],
      pageInfo: { hasNextPage: false },
    });
    expect(JSON.stringify(second)).not.toContain('never-shown');
  });

  it('lists sessions by every filter', async () => {
    const other = 'b'.repeat(32);
    const started = sessionStarted(other, { transactionId: '77', startedAt: '2026-02-01T00:00:00.000Z' });
    await fixture.append(sessionStream(other), [started, sessionEnded()], { chargerId: 'CP-2' });
    const ids = async (filter: string) => {
      const { data, errors } = await fixture.query(`{ sessions(filter: {${filter}}) { nodes { id } } }`);
      expect(errors).toBeUndefined();
      return (data?.sessions as unknown as { nodes: { id: string }[] }).nodes.map(({ id }) => id);
    };
    expect(await ids('')).toEqual([other, SESSION]);
    expect(await ids('chargerId: "CP-1"')).toEqual([SESSION]);
    expect(await ids('state: ENDED')).toEqual([other]);
    expect(await ids('transactionId: "77"')).toEqual([other]);
    expect(await ids('from: "2026-01-15T00:00:00+01:00"')).toEqual([other]);
    expect(await ids('to: "2026-01-15T00:00:00Z"')).toEqual([SESSION]);
    expect(await ids('idToken: "TAG"')).toHaveLength(2);
  });

  it.each([
    ['{ chargers(first: 501) { nodes { id } } }', 'first'],
    ['{ chargers(first: -1) { nodes { id } } }', 'first'],
    [`{ session(id: "${SESSION}") { samples(first: 501) { nodes { value } } } }`, 'first'],
    ['{ chargers(after: "nonsense") { nodes { id } } }', 'after'],
    ['{ history { nodes { id } } }', 'chargerId'],
    [`{ sessions(filter: { idToken: "${'x'.repeat(300)}" }) { nodes { id } } }`, 'filter.idToken'],
  ])('refuses %s naming the field', async (query, field) => {
    const { errors } = await fixture.query(query);
    const [error] = errors ?? [];
    expect(error?.extensions).toMatchObject({ code: 'BAD_INPUT' });
    expect(field.endsWith((error?.extensions.field as string).split('.').at(-1) as string)).toBe(true);
  });

  it('refuses what nests too deep or asks for too much', async () => {
    const nested = (levels: number): string =>
      levels === 0 ? 'id' : `activeSessions { charger { ${nested(levels - 1)} } }`;
    const deep = await fixture.query(`{ charger(id: "CP-1") { ${nested(8)} } }`);
    expect(deep.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', rule: 'depth' });
    const wide = await fixture.query(
      '{ sessions(first: 500) { nodes { samples(first: 500) { nodes { value unit } } } } }',
    );
    expect(wide.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', rule: 'complexity' });
  });
});
