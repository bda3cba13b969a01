import { eventId, type ChargerEvent } from '@chargestream/contracts';
import { at, event, meterValues16, register, start16, stop16, tx2 } from '@chargestream/domain/testing';
import type { Harness } from './harness';
import { intent } from './intents';
import { storeStandingFacts } from './standing-facts';

const connection = { instanceId: 'connect-1', connectionId: 'c' };
const status = (minute: number, text: string) =>
  event(
    'ConnectorStatusReported',
    {
      ...{ evseId: 1, connectorId: 1, status: text, errorCode: 'NoError', info: null, vendorId: null },
      ...{ vendorErrorCode: null, reportedAt: at(minute) },
    },
    { occurredAt: at(minute) },
  );

/** What the charger of the run says of itself. */
const SELF: readonly ChargerEvent[] = [
  event('ConnectionOpened', { ...connection, securityProfile: 1, remoteAddress: '198.51.100.7' }),
  event('ChargerBooted', {
    ...{ vendor: 'Northwind Power', model: 'Depot 22', serialNumber: 'S-1', firmwareVersion: '1.2' },
    ...{ iccid: null, imsi: null, meterType: null, meterSerialNumber: null, bootReason: null },
    ...{ registration: 'ACCEPTED', intervalS: 300 },
  }),
  event('ChargerSeen', {}, { occurredAt: at(1) }),
  event('ConnectionTakenOver', { takeovers: 5, withinS: 60, remoteAddresses: ['198.51.100.7', '198.51.100.9'] }),
  event('IdTokenPresented', { idToken: 'TAG', type: null, status: 'Accepted' }),
  event('ConfigurationReported', {
    keys: [{ key: 'HeartbeatInterval', value: '300', readonly: false }],
    unknownKeys: [],
    complete: true,
  }),
  event('VariablesReported', {
    ...{ requestId: 1, seqNo: 0, more: false },
    variables: [
      {
        ...{ component: 'OCPPCommCtrlr', componentInstance: null, evseId: null, connectorId: null },
        ...{ variable: 'HeartbeatInterval', variableInstance: null, attributeType: 'Actual', value: '300' },
        ...{ mutability: 'ReadWrite', dataType: 'integer', unit: 's' },
      },
    ],
  }),
  event('DataTransferReceived', { vendorId: 'com.example', messageId: null, data: 'hello', status: 'UnknownVendorId' }),
  event('UnreadableTransactionReported', {
    ...{ action: 'StopTransaction', payload: { transactionId: 'x' } },
    ...{ problem: 'transactionId is no number', payloadHash: '00' },
  }),
  meterValues16(1, [register(900, 1)], { transactionId: null }),
];

/** It takes on a higher security profile, and comes with it. */
const RAISED: readonly ChargerEvent[] = [
  event('ConfigurationReported', {
    keys: [{ key: 'SecurityProfile', value: '2', readonly: false }],
    ...{ unknownKeys: [], complete: true, changed: true },
  }),
  event('ConnectionOpened', { ...connection, securityProfile: 2, remoteAddress: null }, { connectionEpoch: 2 }),
];

/** Sessions: one as it should be, one with a gap that is filled late, one whose start never comes. */
const SESSIONS: readonly ChargerEvent[] = [
  status(0, 'Preparing'),
  start16(2, { transactionId: '77' }),
  status(2, 'Charging'),
  meterValues16(10, [register(2_000, 10)]),
  stop16(30),
  status(30, 'Available'),
  tx2('Started', 0, 40, { chargingState: 'EVConnected', samples: [register(0, 40, { context: 'Transaction.Begin' })] }),
  tx2('Updated', 1, 41, { chargingState: 'Charging', triggerReason: 'ChargingStateChanged' }),
  tx2('Ended', 3, 60, { stoppedReason: 'EVDisconnected' }),
  tx2('Updated', 2, 50, { samples: [register(700, 50)] }),
  stop16(70, { transactionId: '4711' }),
];

/**
 * A run that stores each type of fact at least once, made of what chargers report and operators want. Its core must have
 * somebody who signs certificates.
 */
export async function storeEveryFact(harness: Harness): Promise<readonly ChargerEvent[]> {
  const intend = async (...args: Parameters<typeof intent>) => {
    const one = intent(...args);
    await harness.intend(one);
    await harness.settled();
    return one.id;
  };
  const token = { idToken: 'TAG', type: 'ISO14443', status: 'ACCEPTED', expiresAt: null, groupId: 'fleet' } as const;
  await intend('PutToken', { ...token, cacheable: true });
  await intend('PutToken', { ...token, idToken: 'GONE', cacheable: false });
  await intend('RemoveToken', { idToken: 'GONE' });
  const registered = { displayName: 'Bay 9', registration: 'PENDING', credentials: null } as const;
  await intend('RegisterCharger', registered, { chargerId: 'CP-9' });
  await intend('UpdateCharger', { registration: 'ACCEPTED' }, { chargerId: 'CP-9' });
  const credentials = { username: null, passwordHash: 'scrypt$16384$8$1$c2FsdA$aGFzaA' };
  await intend('SetChargerCredentials', { credentials }, { chargerId: 'CP-9' });
  await intend('RetireCharger', {}, { chargerId: 'CP-9' });

  await harness.report(...SELF, ...SESSIONS, ...RAISED);
  await harness.settled();
  await commandOf(harness, intend);
  await storeStandingFacts(harness, intend);
  const closed = { ...connection, closeCode: 1006, reason: 'socket lost' };
  await harness.report(event('ConnectionClosed', closed, { occurredAt: at(90), connectionEpoch: 2 }));
  await harness.settled();
  return SESSIONS;
}

/** A command that the first instance refuses and the next connection carries out. */
async function commandOf(
  harness: Harness,
  intend: (...args: Parameters<typeof intent>) => Promise<string>,
): Promise<void> {
  const epoch = await harness.connection('open');
  const wanted = { command: { kind: 'CLEAR_CACHE' }, expiresAt: at(5), holdUntilOnline: true } as const;
  const commandId = await intend('SendCommand', wanted);
  const isHanded = (times: number) => () => harness.inbox.filter((one) => one.commandId === commandId).length === times;
  await harness.until(isHanded(1));
  await harness.connection('open');
  const id = (what: string) => ({ id: eventId(what, commandId) });
  await harness.report(event('CommandNotOwned', { commandId, instanceId: 'connect-1', epoch }, id('not-owned')));
  await harness.until(isHanded(2));
  const answer = { outcome: 'ACCEPTED', ocppAction: 'ClearCache', response: { status: 'Accepted' } } as const;
  await harness.report(
    event('CommandSent', { commandId, ocppAction: 'ClearCache', payload: {} }, id('sent')),
    event('CommandFinished', { commandId, ...answer, error: null }, id('finished')),
  );
  await harness.settled();
}
