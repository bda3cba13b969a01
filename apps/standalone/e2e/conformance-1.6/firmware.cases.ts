import { casesIn } from './cases';
import { ASKED, inSeconds, type Bench } from './bench';
import type { WireCharger } from './wire-charger';

const { cases, define } = casesIn('firmware.cases.ts');
export const firmwareCases = cases;

const location = 'https://files.example.org/firmware.bin';

/** §4.5: what a charger says on its way, besides its statuses. */
type OnTheWay = Record<string, (bench: Bench, charger: WireCharger) => Promise<unknown>>;

function update(number: string, statuses: string[], outcome: string, onTheWay: OnTheWay = {}): void {
  define(number, '§5.19, §4.5', async (bench, id) => {
    const charger = await bench.charger(id);
    const retrieveAt = inSeconds(0);
    const wire = JSON.stringify({ location, retrieveDate: retrieveAt });
    await bench.command(charger, 'updateFirmware', { location, retrieveAt }, { wire, answer: {} });
    await bench.operation(id, 'RUNNING', 'Accepted', ASKED);
    for (const [index, status] of statuses.entries()) {
      await onTheWay[status]?.(bench, charger);
      expect(await charger.text('FirmwareStatusNotification', { status })).toBe('{}');
      const isLast = index === statuses.length - 1;
      await bench.operation(id, isLast ? outcome : 'RUNNING', status, [...ASKED, ...statuses.slice(0, index + 1)]);
    }
  });
}

const unavailable: OnTheWay = { Installing: (bench, charger) => bench.status(charger, 'Unavailable') };

/** It boots into what it has installed before it says so. */
async function bootIntoNew(bench: Bench, charger: WireCharger): Promise<void> {
  const request = { chargePointVendor: 'Northwind', chargePointModel: 'Depot 22', firmwareVersion: '2.0' };
  expect(await charger.call('BootNotification', request)).toMatchObject({ status: 'Accepted' });
  await bench.status(charger, 'Available');
  const query = `query ($id: ID!) { charger(id: $id) { firmwareVersion } }`;
  await bench.shows(query, { id: charger.id }, { charger: { firmwareVersion: '2.0' } });
}

const DOWNLOADED = ['Downloading', 'Downloaded'];
update('044_1', [...DOWNLOADED, 'Installing', 'Installed'], 'SUCCEEDED', { ...unavailable, Installed: bootIntoNew });
update('044_2', ['Downloading', 'DownloadFailed'], 'FAILED');
update('044_3', [...DOWNLOADED, 'Installing', 'InstallationFailed'], 'FAILED', {
  ...unavailable,
  InstallationFailed: (bench, charger) => bench.status(charger, 'Available'),
});

function diagnostics(number: string, statuses: string[], outcome: string): void {
  define(number, '§5.9, §4.4', async (bench, id) => {
    const charger = await bench.charger(id);
    const input = { location: 'https://files.example.org/', retries: 1, retryIntervalS: 10 };
    const wire = '{"location":"https://files.example.org/","retries":1,"retryInterval":10}';
    await bench.command(charger, 'getLogs', input, { wire, answer: { fileName: 'diagnostics.zip' } });
    for (const [index, status] of statuses.entries()) {
      expect(await charger.text('DiagnosticsStatusNotification', { status })).toBe('{}');
      const isLast = index === statuses.length - 1;
      await bench.operation(id, isLast ? outcome : 'RUNNING', status, [...ASKED, ...statuses.slice(0, index + 1)]);
    }
  });
}

diagnostics('045_1', ['Uploading', 'Uploaded'], 'SUCCEEDED');
diagnostics('045_2', ['Uploading', 'UploadFailed'], 'FAILED');
