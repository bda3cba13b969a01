import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DrivenDepot } from '../testing/driven-depot';

describe('firmware, diagnostics and logs of a 1.6 charger', () => {
  let depot: DrivenDepot;
  let server: Server;
  let uploads: { method: string; url: string; body: string }[];
  let knowsPut: boolean;

  beforeEach(async () => {
    depot = new DrivenDepot();
    uploads = [];
    knowsPut = true;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const isRefused = request.method === 'PUT' && !knowsPut;
        if (!isRefused) uploads.push({ method: request.method!, url: request.url!, body });
        response.writeHead(isRefused ? 405 : 201).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await depot.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const location = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/up`;
  const seen = (action: string, last: string) =>
    depot.until(() => depot.statuses(action).at(-1) === last).then(() => depot.statuses(action));
  const now = () => new Date().toISOString();

  it('updates its firmware, boots, and tells every status in order', async () => {
    await depot.open();
    const boots = () => depot.sent('BootNotification').length;
    expect(await depot.command('UpdateFirmware', { location: 'http://f/1.bin', retrieveDate: now() })).toEqual({});
    expect(await seen('FirmwareStatusNotification', 'Installed')).toEqual([
      'Downloading',
      'Downloaded',
      'Installing',
      'Installed',
    ]);
    expect(boots()).toBe(2);
  });

  it('tries a download as often as it may, and fails as ordered', async () => {
    const charger = await depot.open();
    charger.equipment.firmware.fails = 'DownloadFailed';
    const request = { location: 'http://f/1.bin', retries: 1, retrieveDate: now(), retryInterval: 1 };
    await depot.command('UpdateFirmware', request);
    expect(await seen('FirmwareStatusNotification', 'DownloadFailed')).toEqual([
      'Downloading',
      'Downloading',
      'DownloadFailed',
    ]);
    charger.equipment.firmware.fails = 'InstallationFailed';
    await depot.command('UpdateFirmware', request);
    expect((await seen('FirmwareStatusNotification', 'InstallationFailed')).slice(3)).toEqual([
      'Downloading',
      'Downloaded',
      'Installing',
      'InstallationFailed',
    ]);
    expect(await depot.command('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })).toEqual({
      status: 'Accepted',
    });
    await seen('FirmwareStatusNotification', 'Idle');
  });

  it('uploads diagnostics, by POST where PUT is unknown', async () => {
    await depot.open();
    const first = await depot.command('GetDiagnostics', { location: location() });
    expect(await seen('DiagnosticsStatusNotification', 'Uploaded')).toEqual(['Uploading', 'Uploaded']);
    expect(uploads).toMatchObject([{ method: 'PUT', url: `/up/${String(first.fileName)}` }]);
    expect(uploads[0]!.body).toContain('diagnostics of CP-1');
    knowsPut = false;
    await depot.command('GetDiagnostics', { location: location() });
    await depot.until(() => uploads.length === 2);
    expect(uploads[1]).toMatchObject({ method: 'POST', url: '/up' });
  });

  it('uploads logs with their requestId, and says when it could not', async () => {
    const charger = await depot.open();
    const log = (requestId: number, remoteLocation: string) =>
      depot.command('GetLog', { logType: 'SecurityLog', requestId, log: { remoteLocation } });
    expect(await log(4, location())).toEqual({ status: 'Accepted', filename: 'security-4.log' });
    await seen('LogStatusNotification', 'Uploaded');
    expect(depot.sent('LogStatusNotification').map(({ requestId }) => requestId)).toEqual([4, 4]);
    expect(uploads[0]!.url).toBe('/up/security-4.log');
    await depot.until(() => !charger.equipment.logs.isBusy);
    await log(5, 'ftp://files/');
    await seen('LogStatusNotification', 'UploadFailure');
    await depot.until(() => !charger.equipment.logs.isBusy);
    await depot.command('ExtendedTriggerMessage', { requestedMessage: 'LogStatusNotification' });
    await seen('LogStatusNotification', 'Idle');
    expect(depot.sent('LogStatusNotification').at(-1)).toEqual({ status: 'Idle' });
  });
});
