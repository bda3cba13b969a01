import { connectIndependentCharger, type IndependentCharger } from './support/rpc-client';
import { startSystem, type TestSystem } from './support/system';

interface ShownList {
  localListVersion: number | null;
  localList: {
    supported: boolean;
    contentKnown: boolean;
    refusal: string | null;
    entries: { idToken: string; status: string; groupId: string | null }[];
  } | null;
}

const LIST = /* GraphQL */ `
  {
    charger(id: "LST-16") {
      localListVersion
      localList {
        supported
        contentKnown
        refusal
        entries {
          idToken
          status
          groupId
        }
      }
    }
  }
`;

describe('the local list of a 1.6 charger', () => {
  let system: TestSystem;
  let charger: IndependentCharger;
  /** What the charger was sent, and what it answers to the next ones. */
  const received: Record<string, unknown>[] = [];
  const statuses: string[] = [];

  beforeAll(async () => {
    system = await startSystem();
    charger = await connectIndependentCharger(system.standalone.ocppUrl, 'LST-16', 'ocpp1.6');
    charger.handle('SendLocalList', ({ params }) => {
      received.push(params ?? {});
      return { status: statuses.shift() ?? 'Accepted' } as never;
    });
    await charger.call('BootNotification', { chargePointVendor: 'Independent', chargePointModel: 'RPC' });
  });
  afterAll(async () => {
    await charger?.close();
    await system?.stop();
  });

  async function call(action: string, payload: object): Promise<string> {
    const { callCharger } = await system.graphql.query<{ callCharger: { state: string } }>(
      `mutation ($input: CallChargerInput!) { callCharger(input: $input, waitSeconds: 5) { id state } }`,
      { input: { chargerId: 'LST-16', action, payload } },
    );
    return callCharger.state;
  }
  const sendLocalList = (payload: object) => call('SendLocalList', payload);
  const until = async (enough: (shown: ShownList) => boolean): Promise<ShownList> => {
    const data = await system.graphql.until<{ charger: ShownList }>(LIST, {}, ({ charger: shown }) => enough(shown));
    return data.charger;
  };
  const accepted = (idTag: string) => ({ idTag, idTagInfo: { status: 'Accepted', parentIdTag: 'FLEET' } });

  it('is what the charger accepted', async () => {
    const localAuthorizationList = [accepted('A'), { idTag: 'B', idTagInfo: { status: 'Blocked' } }];
    expect(await sendLocalList({ listVersion: 1, localAuthorizationList, updateType: 'Full' })).toBe('ACCEPTED');
    const { localList } = await until(({ localListVersion }) => localListVersion === 1);
    expect(localList).toEqual({
      ...{ supported: true, contentKnown: true, refusal: null },
      entries: [
        { idToken: 'A', status: 'ACCEPTED', groupId: 'FLEET' },
        { idToken: 'B', status: 'BLOCKED', groupId: null },
      ],
    });
  });

  it.each(['VersionMismatch', 'Failed'])('is sent in full after a change is answered %s', async (status) => {
    const version = received.length + 10;
    statuses.push(status);
    const change = { listVersion: version, localAuthorizationList: [{ idTag: 'B' }, accepted(status)] };
    expect(await sendLocalList({ ...change, updateType: 'Differential' })).toBe('REJECTED');
    const { localList } = await until(({ localListVersion }) => localListVersion === version);
    const [full, before] = [received.at(-1), received.at(-2)];
    expect(before).toMatchObject({ updateType: 'Differential', listVersion: version });
    expect(full).toMatchObject({ updateType: 'Full', listVersion: version });
    expect(full?.localAuthorizationList).toContainEqual(accepted('A'));
    expect(full?.localAuthorizationList).toContainEqual(accepted(status));
    expect(JSON.stringify(full)).not.toContain('"B"');
    expect(localList).toMatchObject({ contentKnown: true, refusal: null });
    expect(localList?.entries.map(({ idToken }) => idToken)).toContain(status);
  });

  it('is not sent again when the full list is refused too', async () => {
    const before = received.length;
    statuses.push('VersionMismatch', 'Failed');
    await sendLocalList({ listVersion: 50, localAuthorizationList: [accepted('Z')], updateType: 'Differential' });
    const { localList } = await until(({ localList: list }) => list?.refusal === 'Failed');
    expect(localList).toMatchObject({ contentKnown: false });
    expect(received).toHaveLength(before + 2);
  });

  it('has the version that the charger tells', async () => {
    let version = 7;
    charger.handle('GetLocalListVersion', () => ({ listVersion: version }) as never);
    await call('GetLocalListVersion', {});
    expect(await until(({ localListVersion }) => localListVersion === 7)).toMatchObject({
      localList: { contentKnown: false },
    });
    version = 0;
    await call('GetLocalListVersion', {});
    expect(await until(({ localListVersion }) => localListVersion === 0)).toMatchObject({
      localList: { contentKnown: true, entries: [] },
    });
  });

  it('is remembered as not supported', async () => {
    statuses.push('NotSupported');
    const before = received.length;
    await sendLocalList({ listVersion: 60, localAuthorizationList: [accepted('Z')], updateType: 'Differential' });
    const shown = await until(({ localList }) => localList?.supported === false);
    expect(shown).toMatchObject({ localListVersion: -1, localList: { entries: [], refusal: 'NotSupported' } });
    expect(received).toHaveLength(before + 1);
  });
});
