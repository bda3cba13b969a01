import type { Settings } from '@chargestream/service-kit';
import { startSystem, type TestSystem } from '../support/system';
import { createAuthority, type TestAuthority } from './test-authority';
import { WireCharger, type Payload, type WireOptions } from './wire-charger';

export interface Shown extends Record<string, unknown> {
  id: string;
  state: string;
}

export interface CommandExpectation {
  /** What the charger must have been sent last, character by character; a pattern where ids in it are chosen anew. */
  wire: string | RegExp;
  /** Where the mutation may become several. */
  action?: string;
  /** What the charger answers; `{ status: 'Accepted' }` unless told. */
  answer?: Payload;
  /** Of the command; ACCEPTED unless told. */
  state?: string;
}

const SHOWN = 'id state ocppAction payload response error { code }';
const WAIT_MS = 4_000;

/** The system that all cases run on, and what they ask of it. */
export class Bench {
  private readonly chargers: WireCharger[] = [];
  private constructor(
    readonly system: TestSystem,
    readonly authority: TestAuthority,
  ) {}

  static async start(settings: Partial<Settings> = {}): Promise<Bench> {
    const authority = await createAuthority();
    return new Bench(await startSystem({ ...authority.settings, ...settings }), authority);
  }

  get tlsUrl(): string {
    const url = (this.system.standalone as { ocppTlsUrl?: string | null }).ocppTlsUrl;
    if (!url) throw new Error('This system does not listen for TLS.');
    return url;
  }

  async stop(): Promise<void> {
    await this.disconnect();
    await this.system.stop();
    this.authority.remove();
  }

  /** Hangs up all chargers that a case has left. */
  async disconnect(): Promise<void> {
    await Promise.all(this.chargers.splice(0).map((charger) => charger.close()));
  }

  async connect(id: string, options?: WireOptions, url = this.system.standalone.ocppUrl): Promise<WireCharger> {
    const charger = await WireCharger.open(url, id, options);
    this.chargers.push(charger);
    return charger;
  }

  /** Connected, accepted and with an available connector. */
  async charger(id: string, options?: WireOptions): Promise<WireCharger> {
    const charger = await this.connect(id, options);
    await charger.call('BootNotification', { chargePointVendor: 'Northwind', chargePointModel: 'Depot 22' });
    await this.status(charger, 'Available');
    return charger;
  }

  async status(charger: WireCharger, status: string, connectorId = 1, errorCode = 'NoError'): Promise<void> {
    const text = await charger.text('StatusNotification', { connectorId, errorCode, status });
    expect(text).toBe('{}');
    const shown = { charger: { connectors: expect.arrayContaining([expect.objectContaining({ status, errorCode })]) } };
    const query = `query ($id: ID!) { charger(id: $id) { connectors { evseId connectorId status errorCode } } }`;
    if (connectorId > 0) await this.shows(query, { id: charger.id }, shown);
  }

  /** A mutation that sends a command: the frame, how it ended, and the same read back. */
  async command(charger: WireCharger, mutation: string, input: Payload, expected: CommandExpectation): Promise<Shown> {
    const action = expected.action ?? ACTION_OF[mutation] ?? (input['action'] as string);
    if (expected.answer) charger.answer(action, expected.answer);
    const before = charger.sent(action).length;
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
    const { result } = await this.system.graphql.query<{ result: Shown }>(
      `mutation ($input: ${type}) { result: ${mutation}(input: $input, waitSeconds: 10) { ${SHOWN} } }`,
      { input: { chargerId: charger.id, ...input } },
    );
    const { wire } = expected;
    const sent = charger.sent(action).slice(before);
    expect(sent).toEqual([wire instanceof RegExp ? expect.stringMatching(wire) : wire]);
    const shown = {
      ocppAction: action,
      state: expected.state ?? 'ACCEPTED',
      payload: JSON.parse(sent[0]!),
      response: expected.answer ?? { status: 'Accepted' },
      error: null,
    };
    expect(result).toMatchObject(shown);
    await this.shows(`query ($id: ID!) { command(id: $id) { ${SHOWN} } }`, { id: result.id }, { command: shown });
    return result;
  }

  /** Any message of the version. */
  async call(charger: WireCharger, action: string, payload: Payload, expected: Partial<CommandExpectation> = {}) {
    return this.command(charger, 'callCharger', { action, payload }, { wire: JSON.stringify(payload), ...expected });
  }

  /** Asks again until the answer has at least what is expected. */
  async shows<Data>(query: string, variables: Payload, expected: object): Promise<Data> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const data = await this.system.graphql.query<Data>(query, variables);
      try {
        expect(data).toMatchObject(expected);
        return data;
      } catch (failure) {
        if (Date.now() > deadline) throw failure;
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    }
  }

  /** The sessions of the charger, newest first. */
  async sessions(chargerId: string, expected: object[]): Promise<void> {
    const query = `query ($chargerId: ID!) { sessions(filter: { chargerId: $chargerId }) { nodes {
      transactionId evseId idToken state startedAt endedAt meterStartWh meterStopWh energyWh stopReason authorizationStatus
      offlineReplayed reservationId samples(first: 100) { nodes { measurand value unit } } } } }`;
    await this.shows(query, { chargerId }, { sessions: { nodes: expected } });
  }

  /** What the event log holds of a type for this charger, oldest first. */
  async told(chargerId: string, type: string, expected: object[]): Promise<void> {
    const query = `query ($chargerId: ID!) { history(chargerId: $chargerId, first: 500) { nodes { type data } } }`;
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const { history } = await this.system.graphql.query<{ history: { nodes: { type: string; data: object }[] } }>(
        query,
        { chargerId },
      );
      const found = history.nodes.filter((event) => event.type === type).map(({ data }) => data);
      try {
        expect(found.reverse()).toMatchObject(expected);
        return;
      } catch (failure) {
        if (Date.now() > deadline) throw failure;
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    }
  }

  /** The only long operation of the charger: its state, its last status, and all statuses on the way, in their order. */
  async operation(id: string, state: string, status: string, steps: readonly string[]): Promise<void> {
    const query = `query ($id: ID!) { charger(id: $id) { operations { nodes { state status steps { status } } } } }`;
    const told = steps.map((step) => ({ status: step }));
    await this.shows(query, { id }, { charger: { operations: { nodes: [{ state, status, steps: told }] } } });
  }

  /** The newest CALL of an action that the message log holds of the charger has this payload. */
  async logged(id: string, action: string, payload: Payload): Promise<void> {
    const query = `query ($id: ID!, $filter: OcppMessageFilter) {
      ocppMessages(chargerId: $id, filter: $filter, first: 1) { nodes { messageType valid raw } } }`;
    const raw = expect.stringContaining(`"${action}",${JSON.stringify(payload)}]`);
    const shown = { ocppMessages: { nodes: [{ messageType: 'CALL', valid: true, raw }] } };
    await this.shows(query, { id, filter: { action, direction: 'IN' } }, shown);
  }

  /** The certificates it told it trusts. */
  async installed(id: string, expected: object[]): Promise<void> {
    const query = `query ($id: ID!) { charger(id: $id) { certificates {
      installed { certificateType hashAlgorithm issuerNameHash issuerKeyHash serialNumber } } } }`;
    await this.shows(query, { id }, { charger: { certificates: { installed: expected } } });
  }

  /** What it told of its security, newest first. */
  async securityEvents(id: string, expected: object[]): Promise<void> {
    const query = `query ($id: ID!) { charger(id: $id) { securityEvents { type techInfo } } }`;
    await this.shows(query, { id }, { charger: { securityEvents: expected } });
  }

  /** Keeps a charging profile, in place of the one of its id. */
  async chargingProfile(input: Payload): Promise<void> {
    const mutation = `mutation ($input: PutChargingProfileInput!) { putChargingProfile(input: $input) { id } }`;
    expect(await this.system.graphql.query(mutation, { input })).toEqual({ putChargingProfile: { id: input['id'] } });
  }

  async token(idToken: string, more: Payload = {}): Promise<void> {
    await this.system.graphql.query(`mutation ($input: PutTokenInput!) { putToken(input: $input) { idToken } }`, {
      input: { idToken, ...more },
    });
    await this.shows(`query ($id: String!) { token(idToken: $id) { idToken } }`, { id: idToken }, { token: {} });
  }

  /** Registers a charger with a password. Resolves when nobody gets in without. */
  async registered(chargerId: string, password: string): Promise<void> {
    const input = { chargerId, password };
    const mutation = `mutation ($input: RegisterChargerInput!) { registerCharger(input: $input) { id hasCredentials } }`;
    expect(await this.system.graphql.query(mutation, { input })).toEqual({
      registerCharger: { id: chargerId, hasCredentials: true },
    });
    await this.refused(chargerId, {}, 401);
  }

  /** Waits until such a connection is refused with the status. */
  async refused(id: string, options: WireOptions, status: number, url?: string): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const outcome = await this.connect(id, options, url).then(
        (charger) => charger.close().then(() => 'it was let in'),
        (error: Error) => error.message,
      );
      if (outcome.includes(`response: ${status}`)) return;
      if (Date.now() > deadline) throw new Error(`Expected HTTP ${status} for ${id}, but ${outcome}`);
    }
  }

  async reservation(id: number, expected: object): Promise<void> {
    const query = `query ($id: Int!) { reservation(id: $id) {
      id state refusal evseId idToken groupId session { transactionId } } }`;
    await this.shows(query, { id }, { reservation: expected });
  }
}

/** The message of 1.6 that a mutation becomes. */
const ACTION_OF: Record<string, string> = {
  cancelReservation: 'CancelReservation',
  clearCache: 'ClearCache',
  clearChargingProfile: 'ClearChargingProfile',
  deleteCertificate: 'DeleteCertificate',
  getCompositeSchedule: 'GetCompositeSchedule',
  getConfiguration: 'GetConfiguration',
  getInstalledCertificates: 'GetInstalledCertificateIds',
  getLocalListVersion: 'GetLocalListVersion',
  getLogs: 'GetDiagnostics',
  installCertificate: 'InstallCertificate',
  reserve: 'ReserveNow',
  resetCharger: 'Reset',
  sendLocalList: 'SendLocalList',
  setChargingProfile: 'SetChargingProfile',
  setConfiguration: 'ChangeConfiguration',
  startCharging: 'RemoteStartTransaction',
  stopCharging: 'RemoteStopTransaction',
  triggerMessage: 'TriggerMessage',
  unlockConnector: 'UnlockConnector',
  updateFirmware: 'UpdateFirmware',
};

/** Steps of an operation before the charger tells of it: we asked, it agreed. */
export const ASKED = ['Started', 'Accepted'];

export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
