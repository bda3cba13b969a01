import { eventId, type ChargerCommand, type ChargingProfile, type CommandOutcome } from '@chargestream/contracts';
import { at, event, start16, stop16 } from '@chargestream/domain/testing';
import type { Harness } from './harness';
import type { intent } from './intents';

type Intend = (...args: Parameters<typeof intent>) => Promise<string>;

const call = (action: string, payload: Record<string, unknown>): ChargerCommand => ({
  kind: 'CALL_CHARGER',
  ...{ action, payload },
});
const reserve = (reservationId: number) =>
  call('ReserveNow', { connectorId: 1, expiryDate: at(150), idTag: 'TAG', reservationId });
const sendList = (listVersion: number) =>
  call('SendLocalList', {
    ...{ listVersion, updateType: 'Full' },
    localAuthorizationList: [{ idTag: 'TAG', idTagInfo: { status: 'Accepted' } }],
  });

const profile: ChargingProfile = {
  ...{ chargingProfileId: 7, description: 'Night', stackLevel: 0, purpose: 'TxDefaultProfile', kind: 'Relative' },
  ...{ recurrency: null, validFrom: null, validTo: null },
  schedule: {
    ...{ durationS: null, startSchedule: null, unit: 'A', minChargingRate: null },
    periods: [{ startPeriodS: 0, limit: 16, numberPhases: null }],
  },
};

/** Reservations with each of their ends, a local list and a charging profile. Moves the clock to where reservations run out. */
export async function storeStandingFacts(harness: Harness, intend: Intend): Promise<void> {
  const answer = async (command: ChargerCommand, outcome: CommandOutcome, status: string) => {
    const commandId = await intend('SendCommand', { command, expiresAt: at(60), holdUntilOnline: true });
    const data = { commandId, outcome, ocppAction: null, response: { status }, error: null };
    await harness.report(event('CommandFinished', data, { id: eventId('finished', commandId) }));
    await harness.settled();
  };
  await answer(reserve(1), 'ACCEPTED', 'Accepted');
  await answer(call('CancelReservation', { reservationId: 1 }), 'ACCEPTED', 'Accepted');
  await answer(reserve(2), 'REJECTED', 'Occupied');
  await answer(reserve(3), 'ACCEPTED', 'Accepted');
  const transaction = { transactionId: '78', sessionKey: '3'.repeat(32) };
  await harness.report(start16(80, { ...transaction, reservationId: 3 }), stop16(85, transaction));
  await answer(reserve(4), 'ACCEPTED', 'Accepted');
  await answer(sendList(1), 'ACCEPTED', 'Accepted');
  await answer(sendList(2), 'REJECTED', 'NotSupported');
  await harness.report(event('LocalListVersionReported', { version: 1 }));
  await harness.settled();
  await intend('PutChargingProfile', profile, { chargerId: '' });
  await intend('RemoveChargingProfile', { chargingProfileId: 7 }, { chargerId: '' });
  await storeOperations(harness);
  const file = { fileId: 'file-1', name: 'diagnostics.zip', bytes: 5, sha256: '2c'.repeat(32) };
  await intend('RecordUpload', { ...file, commandId: 'command-1' });
  harness.timers.advance(150 * 60_000);
  await harness.until(async () => (await harness.types('reservation-default.4')).includes('ReservationExpired'));
  await harness.until(async () => (await harness.types('operations-default.CP-1')).includes('OperationStalled'));
}

/** Operations that a charger began: one that ends, and one that stalls when the clock is moved. */
async function storeOperations(harness: Harness): Promise<void> {
  await harness.report(
    event('FirmwareStatusReported', { status: 'Installed', requestId: null }),
    event('SecurityEventReported', { type: 'TamperDetectionActivated', techInfo: null, reportedAt: at(1) }),
    event('CertificatesReported', { certificateTypes: null, certificates: [] }),
    event('CertificateSigningRequested', { csr: 'pem', certificateType: null, requestId: null, answered: 'Accepted' }),
    event('LogStatusReported', { source: 'LOG', status: 'Uploading', requestId: 1 }),
  );
  await harness.settled();
}
