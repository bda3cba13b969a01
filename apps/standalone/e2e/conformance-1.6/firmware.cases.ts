import { casesIn } from './cases';
import { inSeconds } from './bench';

const { cases, define } = casesIn('firmware.cases.ts');
export const firmwareCases = cases;

const location = 'https://files.example.org/firmware.bin';

function update(number: string, statuses: string[], outcome: string): void {
  define(number, '§5.19, §4.5', async (bench, id) => {
    const charger = await bench.charger(id);
    const retrieveAt = inSeconds(0);
    const wire = JSON.stringify({ location, retrieveDate: retrieveAt });
    await bench.command(charger, 'updateFirmware', { location, retrieveAt }, { wire, answer: {} });
    for (const status of statuses) {
      expect(await charger.text('FirmwareStatusNotification', { status })).toBe('{}');
    }
    await bench.operation(id, outcome, statuses.at(-1)!, statuses);
  });
}

update('044_1', ['Downloading', 'Downloaded', 'Installing', 'Installed'], 'SUCCEEDED');
update('044_2', ['Downloading', 'DownloadFailed'], 'FAILED');
update('044_3', ['Downloading', 'Downloaded', 'Installing', 'InstallationFailed'], 'FAILED');

function diagnostics(number: string, statuses: string[], outcome: string): void {
  define(number, '§5.9, §4.4', async (bench, id) => {
    const charger = await bench.charger(id);
    const input = { location: 'https://files.example.org/', retries: 1, retryIntervalS: 10 };
    const wire = '{"location":"https://files.example.org/","retries":1,"retryInterval":10}';
    await bench.command(charger, 'getLogs', input, { wire, answer: { fileName: 'diagnostics.zip' } });
    for (const status of statuses) {
      expect(await charger.text('DiagnosticsStatusNotification', { status })).toBe('{}');
    }
    await bench.operation(id, outcome, statuses.at(-1)!, statuses);
  });
}

diagnostics('045_1', ['Uploading', 'Uploaded'], 'SUCCEEDED');
diagnostics('045_2', ['Uploading', 'UploadFailed'], 'FAILED');
