import { chargerStream, commandStream, tokenStream, type Intent, type StoredFact } from '@chargestream/contracts';
import { chargerConnected, commandRequested, sessionStarted } from '@chargestream/read-model/testing';
import { verifyPassword } from '@chargestream/service-kit';
import { sessionStream } from '@chargestream/contracts';
import { ApiFixture } from './testing/api-fixture';

const PASSWORD = 'correct horse battery';

function finished(outcome: 'ACCEPTED' | 'REJECTED'): StoredFact {
  const data = { outcome, ocppAction: 'UnlockConnector', response: { status: 'Unlocked' }, error: null };
  return { type: 'CommandFinished', data: { ...data, finishedAt: '2026-01-01T00:00:05.000Z' } };
}

function requested(intent: Intent): { stream: string; facts: StoredFact[] } {
  const command = intent.type === 'SendCommand' ? intent.data.command : undefined;
  return { stream: commandStream(intent.id), facts: [commandRequested(intent.id, { command })] };
}

const DEEP = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) as unknown;

describe('mutations', () => {
  let fixture: ApiFixture;

  beforeAll(async () => {
    fixture = await ApiFixture.start({}, { intentTimeoutMs: 300, newRemoteStartId: () => 4711 });
    await fixture.append(chargerStream('default', 'CP-1'), [chargerConnected(1)], { chargerId: 'CP-1' });
  });

  afterAll(() => fixture.close());
  beforeEach(() => (fixture.intents.length = 0));

  it('answers a command as soon as it is stored', async () => {
    fixture.decide = requested;
    const { data, errors } = await fixture.query(
      'mutation { unlockConnector(input: { chargerId: "CP-1", evseId: 2 }) { id state kind request requestedBy } }',
    );
    expect(errors).toBeUndefined();
    const [intent] = fixture.intents as Extract<Intent, { type: 'SendCommand' }>[];
    expect(intent?.data).toMatchObject({
      command: { kind: 'UNLOCK_CONNECTOR', evseId: 2, connectorId: 1 },
      holdUntilOnline: false,
    });
    expect(Date.parse(intent?.data.expiresAt ?? '') - Date.parse(intent?.requestedAt ?? '')).toBe(60_000);
    expect(data?.unlockConnector).toMatchObject({ id: intent?.id, state: 'REQUESTED', kind: 'UNLOCK_CONNECTOR' });
  });

  it('waits for the final state when asked to; a refusal is no error', async () => {
    fixture.decide = (intent) => ({
      ...requested(intent),
      afterwards: () => fixture.append(commandStream(intent.id), [finished('REJECTED')], { chargerId: 'CP-1' }),
    });
    const { data, errors } = await fixture.query(
      'mutation { unlockConnector(input: { chargerId: "CP-1", evseId: 1 }, waitSeconds: 30) { state response } }',
    );
    expect(errors).toBeUndefined();
    expect(data?.unlockConnector).toEqual({ state: 'REJECTED', response: { status: 'Unlocked' } });
  });

  it('passes on why core refuses', async () => {
    fixture.decide = () => ({ refuse: 'NOT_FOUND', message: 'There is no charger nobody.' });
    const { errors } = await fixture.query('mutation { clearCache(input: { chargerId: "nobody" }) { id } }');
    expect(errors).toMatchObject([{ message: 'There is no charger nobody.', extensions: { code: 'NOT_FOUND' } }]);
  });

  it('says UNAVAILABLE with the id when core does not answer', async () => {
    fixture.decide = () => 'say nothing';
    const { errors } = await fixture.query('mutation { clearCache(input: { chargerId: "CP-1" }) { id } }');
    const intentId = errors?.[0]?.extensions.intentId;
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', intentId: expect.any(String) });
    expect(errors?.[0]?.message).toContain(String(intentId));
  });

  it.each([
    [
      'startCharging(input: { chargerId: "CP-1", evseId: 1, idToken: "TAG", timeoutSeconds: 5 })',
      { kind: 'START_CHARGING', evseId: 1, connectorId: null, idToken: 'TAG', idTokenType: 'Central' },
    ],
    ['resetCharger(input: { chargerId: "CP-1", type: ON_IDLE })', { kind: 'RESET_CHARGER', type: 'ON_IDLE' }],
    [
      'setAvailability(input: { chargerId: "CP-1", availability: INOPERATIVE })',
      { kind: 'SET_AVAILABILITY', operative: false, evseId: null, connectorId: null },
    ],
    [
      'triggerMessage(input: { chargerId: "CP-1", requestedMessage: "Heartbeat" })',
      { kind: 'TRIGGER_MESSAGE', requestedMessage: 'Heartbeat' },
    ],
    ['getConfiguration(input: { chargerId: "CP-1" })', { kind: 'GET_CONFIGURATION', keys: [], variables: [] }],
    [
      'setConfiguration(input: { chargerId: "CP-1", entries: [{ key: "HeartbeatInterval", value: "60" }] })',
      { kind: 'SET_CONFIGURATION', entries: [{ key: 'HeartbeatInterval', value: '60' }] },
    ],
    ['clearCache(input: { chargerId: "CP-1" })', { kind: 'CLEAR_CACHE' }],
    [
      'dataTransfer(input: { chargerId: "CP-1", vendorId: "x", data: "y" })',
      { kind: 'DATA_TRANSFER', vendorId: 'x', messageId: null, data: 'y' },
    ],
    [
      'callCharger(input: { chargerId: "CP-1", action: "Reset", payload: { type: "Soft" } })',
      { kind: 'CALL_CHARGER', action: 'Reset', payload: { type: 'Soft' } },
    ],
    [
      'stopCharging(input: { chargerId: "CP-1", transactionId: "9" })',
      { kind: 'STOP_CHARGING', sessionId: null, transactionId: '9' },
    ],
  ])('turns %s into its intent', async (mutation, command) => {
    fixture.decide = requested;
    const { errors } = await fixture.query(`mutation { ${mutation} { id } }`);
    expect(errors).toBeUndefined();
    expect(fixture.intents).toMatchObject([{ type: 'SendCommand', chargerId: 'CP-1', data: { command } }]);
  });

  it('sends what variables hold inside a JSON literal, however often the same document is sent', async () => {
    fixture.decide = requested;
    const document = `mutation ($v: JSON) {
      callCharger(input: { chargerId: "CP-1", action: "DataTransfer", payload: { vendorId: "x", data: $v } }) { id }
    }`;
    for (let run = 0; run < 3; run++) await fixture.query(document, { v: `hello ${run}` });
    expect(
      (fixture.intents as Extract<Intent, { type: 'SendCommand' }>[]).map(({ data }) => data.command),
    ).toMatchObject([0, 1, 2].map((run) => ({ payload: { vendorId: 'x', data: `hello ${run}` } })));
  });

  it.each([
    [
      'mutation ($p: JSON!) { callCharger(input: { chargerId: "CP-1", action: "DataTransfer", payload: $p }) { id } }',
      { p: { vendorId: 'x', data: DEEP } },
      'p',
    ],
    [
      'mutation ($input: CallChargerInput!) { callCharger(input: $input) { id } }',
      { input: { chargerId: 'CP-1', action: 'DataTransfer', payload: { vendorId: 'x', data: DEEP } } },
      'payload',
    ],
    [
      `mutation { callCharger(input: { chargerId: "CP-1", action: "DataTransfer", payload: { d: ${JSON.stringify(DEEP)} } }) { id } }`,
      {},
      'payload',
    ],
  ])('refuses JSON that nests without end, and says where', async (document, variables, field) => {
    const { errors } = await fixture.query(document, variables);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field, rule: 'depth' });
    expect(fixture.intents).toEqual([]);
  });

  it('finds charger and transaction of a session to stop', async () => {
    const sessionId = 'c'.repeat(32);
    await fixture.append(sessionStream(sessionId), [sessionStarted(sessionId)], { chargerId: 'CP-1' });
    fixture.decide = requested;
    await fixture.query(`mutation { stopCharging(input: { sessionId: "${sessionId}" }) { id } }`);
    expect(fixture.intents).toMatchObject([
      { chargerId: 'CP-1', data: { command: { kind: 'STOP_CHARGING', sessionId, transactionId: '42' } } },
    ]);
  });

  it.each([
    ['clearCache(input: { chargerId: "" }) { id }', 'chargerId'],
    ['clearCache(input: { chargerId: "CP-1", timeoutSeconds: 0 }) { id }', 'timeoutSeconds'],
    ['clearCache(input: { chargerId: "CP-1" }, waitSeconds: 100000) { id }', 'waitSeconds'],
    ['stopCharging(input: { chargerId: "CP-1" }) { id }', 'sessionId'],
    ['setConfiguration(input: { chargerId: "CP-1", entries: [] }) { id }', 'entries'],
    ['setConfiguration(input: { chargerId: "CP-1", entries: [{ value: "1" }] }) { id }', 'entries.0.key'],
    ['setChargerCredentials(input: { chargerId: "CP-1", password: "short" }) { id }', 'password'],
    ['callCharger(input: { chargerId: "CP-1", action: "reset", payload: {} }) { id }', 'action'],
    ['callCharger(input: { chargerId: "CP-1", action: "Reset", payload: { type: "Now" } }) { id }', 'payload/type'],
    ['callCharger(input: { chargerId: "CP-1", action: "Reset", payload: [1] }) { id }', 'payload'],
  ])('refuses %s before anything is sent', async (mutation, field) => {
    const { errors } = await fixture.query(`mutation { ${mutation} }`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field, rule: expect.any(String) });
    expect(fixture.intents).toEqual([]);
  });

  it('hashes a password before it leaves and never shows it', async () => {
    fixture.decide = (intent) => {
      const data = (intent as Extract<Intent, { type: 'SetChargerCredentials' }>).data;
      return { stream: chargerStream('default', 'CP-1'), facts: [{ type: 'ChargerCredentialsSet', data }] };
    };
    const answer = await fixture.query(
      'mutation ($password: String) { setChargerCredentials(input: { chargerId: "CP-1", password: $password }) { hasCredentials } }',
      { password: PASSWORD },
    );
    expect(answer.data?.setChargerCredentials).toEqual({ hasCredentials: true });
    expect(JSON.stringify(fixture.intents)).not.toContain(PASSWORD);
    const [intent] = fixture.intents as Extract<Intent, { type: 'SetChargerCredentials' }>[];
    expect(await verifyPassword(PASSWORD, intent?.data.credentials?.passwordHash ?? '')).toBe(true);
  });

  it('puts and removes tokens', async () => {
    fixture.decide = (intent) => {
      const fact = (
        intent.type === 'PutToken'
          ? { type: 'TokenPut', data: intent.data }
          : { type: 'TokenRemoved', data: intent.data }
      ) as StoredFact;
      return { stream: tokenStream('default', 'Card-1'), facts: [fact] };
    };
    const put = await fixture.query(
      'mutation { putToken(input: { idToken: "Card-1", expiresAt: "2027-01-01T00:00:00+01:00" }) { idToken type status expiresAt } }',
    );
    expect(put.data?.putToken).toEqual({
      idToken: 'Card-1',
      type: 'ISO14443',
      status: 'ACCEPTED',
      expiresAt: '2026-12-31T23:00:00.000Z',
    });
    expect((await fixture.query('{ token(idToken: "CARD-1") { idToken } }')).data).toEqual({
      token: { idToken: 'Card-1' },
    });
    await fixture.query('mutation { removeToken(input: { idToken: "card-1" }) }');
    expect((await fixture.query('{ token(idToken: "Card-1") { idToken } }')).data).toEqual({ token: null });
  });
});
