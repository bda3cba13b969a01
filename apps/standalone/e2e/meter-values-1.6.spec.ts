import { connectIndependentCharger, type IndependentCharger } from './support/rpc-client';
import { startSystem, type TestSystem } from './support/system';

interface Sample {
  timestamp: string;
  measurand: string;
  value: number | null;
  unit: string | null;
  phase: string | null;
  location: string | null;
  context: string | null;
  raw: string | null;
}

interface Session {
  transactionId: string;
  state: string;
  startKnown: boolean;
  offlineReplayed: boolean;
  incomplete: boolean;
  meterStartWh: number | null;
  meterStopWh: number | null;
  meterWh: number | null;
  energyWh: number | null;
  powerW: number | null;
  stopReason: string | null;
  anomalies: { anomaly: string }[];
  samples: { nodes: Sample[] };
  power: { nodes: Sample[] };
}

const SESSIONS = /* GraphQL */ `
  fragment All on MeterSample {
    timestamp
    measurand
    value
    unit
    phase
    location
    context
    raw
  }
  query ($chargerId: ID!) {
    sessions(filter: { chargerId: $chargerId }, first: 60) {
      nodes {
        transactionId
        state
        startKnown
        offlineReplayed
        incomplete
        meterStartWh
        meterStopWh
        meterWh
        energyWh
        powerW
        stopReason
        anomalies {
          anomaly
        }
        samples(first: 40) {
          nodes {
            ...All
          }
        }
        power: samples(first: 40, measurand: "Power.Active.Import") {
          nodes {
            ...All
          }
        }
      }
    }
  }
`;

const SIGNED = 'T0NNRnx7IkZWIjoiMS4wIn18eyJTRCI6IjMwNDUifQ==';

describe('meter values of a 1.6 charger', () => {
  let system: TestSystem;
  let charger: IndependentCharger;
  let connectorId = 0;
  const beganMs = Date.now() - 3_600_000;
  const at = (minute: number) => new Date(beganMs + minute * 60_000).toISOString();

  beforeAll(async () => {
    system = await startSystem();
    await system.graphql.query(`mutation { putToken(input: { idToken: "TAG" }) { idToken } }`);
    charger = await connectIndependentCharger(system.standalone.ocppUrl, 'METER-16', 'ocpp1.6');
    await charger.call('BootNotification', { chargePointVendor: 'Independent', chargePointModel: 'RPC' });
  });
  afterAll(async () => {
    await charger?.close();
    await system?.stop();
  });
  /** Every test has a connector of its own. */
  beforeEach(() => (connectorId += 1));

  const start = async (more: object = {}) => {
    const request = { connectorId, idTag: 'TAG', meterStart: 1_000, timestamp: at(0), ...more };
    return ((await charger.call('StartTransaction', request)) as { transactionId: number }).transactionId;
  };
  const measure = async (minute: number, sampledValue: object[], more: object = {}) => {
    const request = { connectorId, ...more, meterValue: [{ timestamp: at(minute), sampledValue }] };
    expect(await charger.call('MeterValues', request)).toEqual({});
  };
  const stop = (transactionId: number, more: object = {}) =>
    charger.call('StopTransaction', { transactionId, meterStop: 9_000, timestamp: at(40), ...more });
  const shown = async (transactionId: number, enough: (session: Session) => boolean): Promise<Session> => {
    const find = (data: { sessions: { nodes: Session[] } }) =>
      data.sessions.nodes.find((session) => session.transactionId === String(transactionId));
    const data = await system.graphql.until<{ sessions: { nodes: Session[] } }>(
      SESSIONS,
      { chargerId: 'METER-16' },
      (answer) => {
        const session = find(answer);
        return session !== undefined && enough(session);
      },
    );
    return find(data)!;
  };
  const ended = ({ state }: Session) => state === 'ENDED';

  it('are kept with their context: begin, periodic, clock-aligned, triggered and end', async () => {
    const transactionId = await start();
    await measure(0, [{ value: '1000', context: 'Transaction.Begin' }], { transactionId });
    await measure(5, [{ value: '1500' }], { transactionId });
    await measure(15, [{ value: '2500', context: 'Sample.Clock' }], { transactionId });
    await measure(16, [{ value: '2600', context: 'Trigger' }], { transactionId });
    const running = await shown(transactionId, ({ energyWh }) => energyWh === 1_600);
    expect(running).toMatchObject({ state: 'ACTIVE', meterStartWh: 1_000, meterWh: 2_600 });
    await measure(40, [{ value: '9000', context: 'Transaction.End' }], { transactionId });
    await stop(transactionId);
    const session = await shown(transactionId, ended);
    expect(session).toMatchObject({ meterStartWh: 1_000, meterStopWh: 9_000, energyWh: 8_000, anomalies: [] });
    expect(session.samples.nodes.map(({ context, value, timestamp }) => [context, value, timestamp])).toEqual([
      ['Transaction.Begin', 1_000, at(0)],
      ['Sample.Periodic', 1_500, at(5)],
      ['Sample.Clock', 2_500, at(15)],
      ['Trigger', 2_600, at(16)],
      ['Transaction.End', 9_000, at(40)],
    ]);
  });

  it('are of the one transaction of their connector when they name none; connector 0 is of nobody', async () => {
    const transactionId = await start();
    await measure(15, [{ value: '3000', context: 'Sample.Clock' }]);
    await measure(15, [{ value: '777777', context: 'Sample.Clock' }], { connectorId: 0 });
    await measure(20, [{ value: '888888', context: 'Sample.Clock' }], { connectorId: connectorId + 50 });
    await stop(transactionId, { meterStop: 4_000 });
    const session = await shown(transactionId, ended);
    expect(session.samples.nodes.map(({ value }) => value)).toEqual([3_000]);
    expect(session).toMatchObject({ energyWh: 3_000, anomalies: [] });
  });

  it('have every measurand in base units, with phase and location, and what 1.6 leaves out filled in', async () => {
    const transactionId = await start();
    const told = [
      [{ value: '1.25', unit: 'kWh' }, ['Energy.Active.Import.Register', 1_250, 'Wh', null, 'Outlet']],
      [
        { value: '-0.5', unit: 'kWh', measurand: 'Energy.Active.Export.Register', location: 'Inlet' },
        ['Energy.Active.Export.Register', -500, 'Wh', null, 'Inlet'],
      ],
      [
        { value: '1.5', unit: 'kvarh', measurand: 'Energy.Reactive.Import.Register' },
        ['Energy.Reactive.Import.Register', 1_500, 'varh', null, 'Outlet'],
      ],
      [
        { value: '7.36', unit: 'kW', measurand: 'Power.Active.Import' },
        ['Power.Active.Import', 7_360, 'W', null, 'Outlet'],
      ],
      [
        { value: '0.4', unit: 'kvar', measurand: 'Power.Reactive.Import' },
        ['Power.Reactive.Import', 400, 'var', null, 'Outlet'],
      ],
      [{ value: '11', unit: 'kW', measurand: 'Power.Offered' }, ['Power.Offered', 11_000, 'W', null, 'Outlet']],
      ...['L1', 'L2', 'L3'].map((phase, index) => [
        { value: String(15.9 + index), unit: 'A', measurand: 'Current.Import', phase },
        ['Current.Import', 15.9 + index, 'A', phase, 'Outlet'],
      ]),
      [{ value: '229.8', unit: 'V', measurand: 'Voltage', phase: 'L1-N' }, ['Voltage', 229.8, 'V', 'L1-N', 'Outlet']],
      [{ value: '398', unit: 'V', measurand: 'Voltage', phase: 'L1-L2' }, ['Voltage', 398, 'V', 'L1-L2', 'Outlet']],
      [{ value: '49.98', measurand: 'Frequency' }, ['Frequency', 49.98, null, null, 'Outlet']],
      [{ value: '0.99', measurand: 'Power.Factor' }, ['Power.Factor', 0.99, null, null, 'Outlet']],
      [
        { value: '31.5', unit: 'Celsius', measurand: 'Temperature', location: 'Body' },
        ['Temperature', 31.5, 'Celsius', null, 'Body'],
      ],
      [{ value: '54', unit: 'Percent', measurand: 'SoC', location: 'EV' }, ['SoC', 54, 'Percent', null, 'EV']],
    ] as const;
    await measure(
      10,
      told.map(([sampled]) => sampled),
      { transactionId },
    );
    const session = await shown(transactionId, ({ energyWh }) => energyWh === 250);
    const read = session.samples.nodes.map((one) => [one.measurand, one.value, one.unit, one.phase, one.location]);
    expect(read).toEqual(told.map(([, expected]) => expected));
    expect(session.powerW).toBe(7_360);
    await stop(transactionId);
  });

  it('add up phases where a charger tells no total', async () => {
    const transactionId = await start({ meterStart: 0 });
    const phases = (energy: number, watts: number) =>
      ['L1', 'L2', 'L3'].flatMap((phase, index) => [
        { value: String(energy + index), unit: 'Wh', measurand: 'Energy.Active.Import.Register', phase },
        { value: String(watts + index), unit: 'W', measurand: 'Power.Active.Import', phase },
      ]);
    await measure(10, phases(100, 2_300), { transactionId });
    const session = await shown(transactionId, ({ energyWh }) => energyWh === 303);
    expect(session).toMatchObject({ meterWh: 303, powerW: 6_903, anomalies: [] });
    await stop(transactionId);
  });

  it('are kept as they were written when they are signed, or no number', async () => {
    const transactionId = await start();
    await measure(
      5,
      [
        { value: SIGNED, format: 'SignedData', context: 'Transaction.Begin' },
        { value: '2000', format: 'Raw' },
        { value: 'n/a', measurand: 'Temperature', unit: 'Celsius' },
      ],
      { transactionId },
    );
    const transactionData = [
      { timestamp: at(40), sampledValue: [{ value: SIGNED, format: 'SignedData', context: 'Transaction.End' }] },
    ];
    await stop(transactionId, { meterStop: 3_000, transactionData });
    const session = await shown(transactionId, ended);
    expect(session.samples.nodes.map(({ context, value, raw }) => [context, value, raw])).toEqual([
      ['Transaction.Begin', null, SIGNED],
      ['Sample.Periodic', 2_000, null],
      ['Sample.Periodic', null, 'n/a'],
      ['Transaction.End', null, SIGNED],
    ]);
    expect(session).toMatchObject({ energyWh: 2_000, anomalies: [] });
  });

  it('come with the stop, and count no energy twice', async () => {
    const transactionId = await start();
    const interval = { value: '400', measurand: 'Energy.Active.Import.Interval' };
    await measure(10, [{ value: '1400' }, interval], { transactionId });
    const transactionData = [
      { timestamp: at(0), sampledValue: [{ value: '1000', context: 'Transaction.Begin' }] },
      { timestamp: at(10), sampledValue: [{ value: '1400' }, interval] },
      { timestamp: at(40), sampledValue: [{ value: '5000', context: 'Transaction.End' }] },
    ];
    const request = { meterStop: 5_000, reason: 'PowerLoss', transactionData };
    expect(await stop(transactionId, request)).toEqual({});
    const session = await shown(transactionId, ended);
    expect(session).toMatchObject({ energyWh: 4_000, stopReason: 'PowerLoss', incomplete: false, anomalies: [] });
    expect(session.samples.nodes.map(({ context }) => context)).toContain('Transaction.End');
  });

  it.each([
    ...['EmergencyStop', 'EVDisconnected', 'HardReset', 'Local', 'Other', 'PowerLoss', 'Reboot', 'Remote', 'SoftReset'],
    ...['UnlockCommand', 'DeAuthorized', undefined],
  ])('stop reason %s is shown; none is Local', async (reason) => {
    const transactionId = await start();
    await stop(transactionId, { ...(reason === undefined ? {} : { reason }) });
    expect(await shown(transactionId, ended)).toMatchObject({ stopReason: reason ?? 'Local', energyWh: 8_000 });
  });

  it('that are repeated change nothing', async () => {
    const transactionId = await start();
    for (let times = 0; times < 3; times++) {
      expect(await start()).toBe(transactionId);
      await measure(10, [{ value: '2000' }], { transactionId });
    }
    for (let times = 0; times < 3; times++) await stop(transactionId);
    const session = await shown(transactionId, ended);
    expect(session.samples.nodes.map(({ value }) => value)).toEqual([2_000]);
    expect(session).toMatchObject({ energyWh: 8_000, anomalies: [] });
    const { sessions } = await system.graphql.query<{ sessions: { nodes: Session[] } }>(SESSIONS, {
      chargerId: 'METER-16',
    });
    expect(sessions.nodes.filter((one) => one.transactionId === String(transactionId))).toHaveLength(1);
  });

  it('that come late are added; those from before the end correct, and never shrink, what was told', async () => {
    const transactionId = await start();
    await measure(20, [{ value: '4000' }], { transactionId });
    await measure(10, [{ value: '2000' }], { transactionId });
    expect(await shown(transactionId, ({ samples }) => samples.nodes.length === 2)).toMatchObject({ energyWh: 3_000 });
    await stop(transactionId);
    await measure(30, [{ value: '6000' }], { transactionId });
    const session = await shown(transactionId, ({ samples }) => samples.nodes.length === 3);
    expect(session.samples.nodes.map(({ timestamp }) => timestamp)).toEqual([at(20), at(10), at(30)]);
    expect(session).toMatchObject({ state: 'ENDED', energyWh: 8_000, meterStopWh: 9_000, anomalies: [] });
  });

  it('that come before their start, or after the stop, are of the session all the same', async () => {
    const transactionId = 900_000 + connectorId;
    await measure(10, [{ value: '2000' }], { transactionId });
    const opened = await shown(transactionId, () => true);
    expect(opened).toMatchObject({ state: 'ACTIVE', startKnown: false, anomalies: [{ anomaly: 'StartUnknown' }] });
    await stop(transactionId);
    expect(await shown(transactionId, ended)).toMatchObject({ energyWh: 7_000, incomplete: true });
    await measure(50, [{ value: '9500' }], { transactionId });
    const session = await shown(transactionId, ({ samples }) => samples.nodes.length === 2);
    expect(session.energyWh).toBe(7_000);
    expect(session.anomalies.map(({ anomaly }) => anomaly)).toEqual(['StartUnknown', 'EventAfterEnd']);
  });

  it('that go backwards or below zero are kept, flagged and not believed', async () => {
    const transactionId = await start();
    await measure(10, [{ value: '3000' }], { transactionId });
    await measure(20, [{ value: '2500' }], { transactionId });
    await measure(25, [{ value: '-1' }], { transactionId });
    const session = await shown(transactionId, ({ samples }) => samples.nodes.length === 3);
    expect(session.energyWh).toBe(2_000);
    expect(session.anomalies.map(({ anomaly }) => anomaly).sort()).toEqual(['MeterWentBackwards', 'NegativeMeter']);
    await stop(transactionId);
  });

  it('make the curves of energy and power', async () => {
    const transactionId = await start();
    const watts = [3_000, 9_000, 11_000, 4_000];
    for (const [index, value] of watts.entries()) {
      const power = { value: String(value / 1_000), unit: 'kW', measurand: 'Power.Active.Import' };
      await measure(10 * index, [{ value: String(1_000 + 1_500 * index) }, power], { transactionId });
    }
    const session = await shown(transactionId, ({ power }) => power.nodes.length === 4);
    expect(session.power.nodes.map(({ timestamp, value, unit }) => [timestamp, value, unit])).toEqual(
      watts.map((value, index) => [at(10 * index), value, 'W']),
    );
    expect(session).toMatchObject({ powerW: 4_000, energyWh: 4_500 });
    // One from the charger's queue: it has its place in the curve, and is not what flows now.
    await measure(5, [{ value: '6.5', unit: 'kW', measurand: 'Power.Active.Import' }], { transactionId });
    expect(await shown(transactionId, ({ power }) => power.nodes.length === 5)).toMatchObject({ powerW: 4_000 });
    await stop(transactionId);
  });
});
