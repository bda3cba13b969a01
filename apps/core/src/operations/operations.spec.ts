import { eventId, operationsStream, type ChargerCommand, type CommandOutcome } from '@chargestream/contracts';
import { at, CHARGER, event, TENANT } from '@chargestream/domain/testing';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';

const MINUTE_MS = 60_000;
let harness: Harness;
beforeEach(async () => {
  harness = await Harness.open();
  await harness.start();
  await harness.report(event('ChargerSeen', {}));
  await harness.settled();
});
afterEach(() => harness.close());

const STREAM = operationsStream(TENANT, CHARGER);
const types = () => harness.types(STREAM);
const facts = async () => (await harness.stream(STREAM)).map(({ type, data }) => ({ type, data }));
const last = async () => (await facts()).at(-1);

async function send(action: string, payload: Record<string, unknown>): Promise<string> {
  const command: ChargerCommand = { kind: 'CALL_CHARGER', action, payload };
  const asked = intent('SendCommand', { command, expiresAt: at(60), holdUntilOnline: true });
  await harness.intend(asked);
  await harness.settled();
  await harness.report(
    event('CommandSent', { commandId: asked.id, ocppAction: action, payload }, { id: eventId('sent', asked.id) }),
  );
  await harness.settled();
  return asked.id;
}
async function answer(
  commandId: string,
  ocppAction: string,
  outcome: CommandOutcome,
  response: unknown,
): Promise<void> {
  const data = { commandId, outcome, ocppAction, response, error: null };
  await harness.report(event('CommandFinished', data, { id: eventId('finished', commandId) }));
  await harness.settled();
}
async function told(status: string, minute: number, requestId: number | null = null): Promise<void> {
  await harness.report(event('FirmwareStatusReported', { status, requestId }, { occurredAt: at(minute) }));
  await harness.settled();
}

describe('a long operation of a charger', () => {
  it('is followed from the command on the wire to its end; repeats change nothing', async () => {
    const payload = { location: 'https://example.com/fw', retrieveDate: at(0) };
    const commandId = await send('UpdateFirmware', payload);
    await answer(commandId, 'UpdateFirmware', 'ACCEPTED', {});
    await told('Downloading', 1);
    await told('Downloading', 1);
    await told('Installed', 2);
    await told('Installed', 2);
    expect(await types()).toEqual([
      'OperationStarted',
      'OperationProgressed',
      'OperationProgressed',
      'OperationProgressed',
      'OperationEnded',
    ]);
    expect((await facts())[0]?.data).toMatchObject({
      ...{ operationId: commandId, kind: 'FIRMWARE_UPDATE', commandId, requestId: null },
      detail: { ocppAction: 'UpdateFirmware', ...payload },
    });
    expect((await last())?.data).toEqual({ operationId: commandId, outcome: 'SUCCEEDED', status: 'Installed' });
  });

  it('is no more than asked for when the charger has nothing to upload (1.6 §6.26)', async () => {
    const commandId = await send('GetDiagnostics', { location: 'https://example.com/up' });
    await answer(commandId, 'GetDiagnostics', 'ACCEPTED', {});
    expect((await last())?.data).toMatchObject({ outcome: 'REFUSED', status: 'NoDiagnosticsAvailable' });
  });

  it('keeps the upload of diagnostics and that of a log apart', async () => {
    const diagnostics = await send('GetDiagnostics', { location: 'https://example.com/up' });
    await answer(diagnostics, 'GetDiagnostics', 'ACCEPTED', { fileName: 'd.zip' });
    const log = await send('GetLog', {
      requestId: 4,
      logType: 'SecurityLog',
      log: { remoteLocation: 'https://e.com' },
    });
    await answer(log, 'GetLog', 'ACCEPTED', { status: 'Accepted' });
    await harness.report(event('LogStatusReported', { source: 'DIAGNOSTICS', status: 'Uploaded', requestId: null }));
    await harness.report(event('LogStatusReported', { source: 'LOG', status: 'UploadFailure', requestId: 4 }));
    await harness.settled();
    const ends = (await facts()).filter(({ type }) => type === 'OperationEnded').map(({ data }) => data);
    expect(ends).toEqual([
      { operationId: diagnostics, outcome: 'SUCCEEDED', status: 'Uploaded' },
      { operationId: log, outcome: 'FAILED', status: 'UploadFailure' },
    ]);
  });

  it('stalls after a silence, after a restart too, and goes on with a later word', async () => {
    const commandId = await send('UpdateFirmware', { location: 'https://example.com/fw', retrieveDate: at(0) });
    await answer(commandId, 'UpdateFirmware', 'ACCEPTED', {});
    harness.timers.advance(20 * MINUTE_MS);
    await harness.settled();
    expect(await types()).not.toContain('OperationStalled');
    await harness.restart();
    await harness.settled();
    harness.timers.advance(11 * MINUTE_MS);
    await harness.until(async () => (await types()).includes('OperationStalled'));
    expect(await last()).toMatchObject({ data: { operationId: commandId, silentForS: expect.any(Number) } });
    await harness.restart();
    await harness.settled();
    await told('Downloading', 40);
    expect(await last()).toMatchObject({ type: 'OperationProgressed', data: { operationId: commandId } });
    expect((await types()).filter((type) => type === 'OperationStalled')).toHaveLength(1);
  });

  it('is begun by a charger that wants a certificate', async () => {
    const data = { csr: 'pem', certificateType: null, requestId: null, answered: 'Rejected' } as const;
    await harness.report(event('CertificateSigningRequested', data));
    await harness.settled();
    expect(await types()).toEqual(['OperationStarted', 'OperationEnded']);
    expect((await last())?.data).toMatchObject({ outcome: 'REFUSED', status: 'Rejected' });
  });
});
