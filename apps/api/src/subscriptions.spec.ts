import {
  chargerStream,
  commandStream,
  connectorStream,
  sessionStream,
  type OcppMessageEntry,
} from '@chargestream/contracts';
import {
  chargerConnected,
  chargerDisconnected,
  commandRequested,
  sessionEnded,
  sessionStarted,
} from '@chargestream/read-model/testing';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { ApiFixture } from './testing/api-fixture';

describe('subscriptions over graphql-ws', () => {
  let fixture: ApiFixture;
  let client: Client;

  beforeAll(async () => {
    fixture = await ApiFixture.start();
    await fixture.append(chargerStream('default', 'CP-1'), [chargerConnected(1)], { chargerId: 'CP-1' });
    const url = fixture.api.url.replace('http', 'ws');
    client = createClient({ url, webSocketImpl: WebSocket, lazy: false, onNonLazyError: () => {} });
  });

  afterAll(async () => {
    await client.dispose();
    await fixture.close();
  });

  /**
   * Subscribes, then makes the change again and again until the first value comes: graphql-ws does not tell when a
   * subscription has begun.
   */
  async function firstAfter(query: string, change: (attempt: number) => Promise<void>): Promise<unknown> {
    const values = client.iterate({ query });
    const first = values.next();
    let seen = false;
    void first.then(() => (seen = true));
    for (let attempt = 0; !seen; attempt++) {
      await change(attempt);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { value } = await first;
    await values.return?.(undefined);
    return value?.errors ?? value?.data;
  }

  it('tells of a charger, its connectors included', async () => {
    const value = await firstAfter('subscription { chargerChanged(id: "CP-1") { id connectivity } }', (attempt) => {
      const fact = attempt % 2 === 0 ? chargerDisconnected(attempt + 1) : chargerConnected(attempt + 2);
      return fixture.append(chargerStream('default', 'CP-1'), [fact], { chargerId: 'CP-1' });
    });
    expect(value).toMatchObject({ chargerChanged: { id: 'CP-1' } });
    const status = await firstAfter('subscription { chargerChanged { id connectors { status } } }', () =>
      fixture.append(
        connectorStream('default', 'CP-1', 1, 1),
        [
          {
            type: 'ConnectorStatusChanged',
            data: {
              ...{ evseId: 1, connectorId: 1, status: 'Faulted', errorCode: 'GroundFailure', info: null },
              ...{ vendorId: null, vendorErrorCode: null, reportedAt: null },
            },
          },
        ],
        { chargerId: 'CP-1' },
      ),
    );
    expect(status).toEqual({ chargerChanged: { id: 'CP-1', connectors: [{ status: 'Faulted' }] } });
  });

  it('tells of a session, and only of those asked for', async () => {
    const query = 'subscription { sessionChanged(chargerId: "CP-1") { id charger { id } } }';
    const value = await firstAfter(query, async (attempt) => {
      const foreign = `f${attempt}`.padEnd(32, '0');
      await fixture.append(sessionStream(foreign), [sessionStarted(foreign)], { chargerId: 'CP-9' });
      const id = `e${attempt}`.padEnd(32, '0');
      await fixture.append(sessionStream(id), [sessionStarted(id), sessionEnded()], { chargerId: 'CP-1' });
    });
    expect(value).toMatchObject({ sessionChanged: { charger: { id: 'CP-1' } } });
  });

  it('tells of a command', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const value = await firstAfter(`subscription { commandChanged(id: "${id}") { id state } }`, (attempt) =>
      fixture.append(
        commandStream(id),
        [
          attempt === 0
            ? commandRequested(id)
            : { type: 'CommandSent', data: { ocppAction: 'X', payload: {}, sentAt: '2026-01-01T00:00:00.000Z' } },
        ],
        { chargerId: 'CP-1' },
      ),
    );
    expect(value).toMatchObject({ commandChanged: { id } });
  });

  it('tells of a command that had ended before', async () => {
    const id = 'f3b7c9a0-0000-4000-8000-000000000001';
    await fixture.append(commandStream(id), [commandRequested(id)], { chargerId: 'CP-1' });
    const { value } = await client.iterate({ query: `subscription { commandChanged(id: "${id}") { id } }` }).next();
    expect(value?.data).toEqual({ commandChanged: { id } });
  });

  it('tells of frames', async () => {
    const value = await firstAfter(
      'subscription { ocppMessage(chargerId: "CP-1") { direction action raw } }',
      (attempt) => fixture.recordMessage(frame(attempt)),
    );
    expect(value).toMatchObject({ ocppMessage: { direction: 'IN', action: 'Heartbeat' } });
    const log = await fixture.query('{ ocppMessages(chargerId: "CP-1", filter: { direction: OUT }) { nodes { id } } }');
    expect(log.data?.ocppMessages).toEqual({ nodes: [] });
  });

  it('tells of the command and the session that a frame belongs to', async () => {
    const sessionId = 'a'.repeat(32);
    await fixture.append(sessionStream(sessionId), [sessionStarted(sessionId)], { chargerId: 'CP-2' });
    const about = { chargerId: 'CP-2', sessionId, commandId: 'c-1' };
    const value = await firstAfter(
      'subscription { ocppMessage(chargerId: "CP-2") { commandId sessionId session { id state } } }',
      (attempt) => fixture.recordMessage({ ...frame(attempt), ...about }),
    );
    expect(value).toEqual({
      ocppMessage: { commandId: 'c-1', sessionId, session: { id: sessionId, state: expect.any(String) } },
    });
    const found = async (filter: string) => {
      const query = `{ ocppMessages(chargerId: "CP-2", first: 1, filter: {${filter}}) { nodes { sessionId } } }`;
      return (await fixture.query(query)).data?.ocppMessages;
    };
    expect(await found(`sessionId: "${sessionId}", commandId: "c-1"`)).toEqual({ nodes: [{ sessionId }] });
    expect(await found('sessionId: "another"')).toEqual({ nodes: [] });
  });

  it('refuses a subscription that is not in the schema', async () => {
    await expect(client.iterate({ query: 'subscription { nothing }' }).next()).rejects.toMatchObject([
      { message: expect.stringContaining('nothing') },
    ]);
  });

  it('answers queries over the same socket with errors of the closed list', async () => {
    const { value } = await client.iterate({ query: '{ chargers(first: 501) { nodes { id } } }' }).next();
    expect(value?.errors).toMatchObject([{ extensions: { code: 'BAD_INPUT', field: 'first' } }]);
  });
});

function frame(index: number): OcppMessageEntry {
  return {
    tenantId: 'default',
    chargerId: 'CP-1',
    connectionId: 'c',
    connectionEpoch: 1,
    ocppVersion: '1.6',
    direction: 'IN',
    messageType: 'CALL',
    action: 'Heartbeat',
    messageId: String(index),
    raw: `[2,"${index}","Heartbeat",{}]`,
    at: '2026-01-01T00:00:00.000Z',
    valid: true,
    deviations: [],
    commandId: null,
  };
}
