import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Bench } from './conformance-1.6/bench';
import { ON_CLUSTER } from './support/cluster-system';
import { startSystem } from './support/system';

const root = path.resolve(__dirname, '../../..');
const guide = readFileSync(path.join(root, 'docs/guides/vendor-handlers.md'), 'utf8');
const vendorId = 'com.example.northwind';

/** 1.6 §4.3, 2.0.1 P02. */
describe('DataTransfer with handlers of vendors', () => {
  let folder: string;
  let bench: Bench;
  const fromGuide = () => path.join(folder, 'handlers.mjs');
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'vendors-'));
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(guide) ?? [];
    writeFileSync(fromGuide(), code.replaceAll(vendorId, 'com.example.guide'));
    const example = path.join(root, 'examples/vendor-handlers/src/northwind.mjs');
    bench = await Bench.start({ ocppVendorHandlers: `${example},${fromGuide()}` });
  });
  afterEach(() => bench.disconnect());
  afterAll(async () => {
    await bench?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const transfer = (messageId: string, data?: unknown) => ({
    vendorId,
    messageId,
    ...(data === undefined ? {} : { data }),
  });
  const stored = (messageId: string, data: unknown, status: string) => ({ ...transfer(messageId, data), status });

  it('a 1.6 charger is answered by the example, and all of it is stored', async () => {
    const charger = await bench.charger('VENDOR-16');
    const ask = (payload: object) => charger.text('DataTransfer', { ...payload });
    expect(await ask(transfer('ParkingSensor', '{"bay":1,"occupied":true}'))).toBe('{"status":"Accepted"}');
    expect(await ask(transfer('DisplayText'))).toBe(
      JSON.stringify({ status: 'Accepted', data: JSON.stringify({ text: 'Bay 1: taken' }) }),
    );
    expect(await ask(transfer('ParkingSensor', '{}'))).toBe(
      JSON.stringify({ status: 'Rejected', data: 'expected {"bay":1,"occupied":true}' }),
    );
    // No JSON: the handler throws.
    expect(await ask(transfer('ParkingSensor', 'bay 1'))).toBe('{"status":"Rejected"}');
    expect(await ask(transfer('Invented'))).toBe('{"status":"UnknownMessageId"}');
    expect(await ask({ vendorId: 'org.nobody', messageId: 'DisplayText' })).toBe('{"status":"UnknownVendorId"}');
    await bench.told('VENDOR-16', 'DataTransferReceived', [
      stored('ParkingSensor', '{"bay":1,"occupied":true}', 'Accepted'),
      stored('DisplayText', null, 'Accepted'),
      stored('ParkingSensor', '{}', 'Rejected'),
      stored('ParkingSensor', 'bay 1', 'Rejected'),
      stored('Invented', null, 'UnknownMessageId'),
      { ...stored('DisplayText', null, 'UnknownVendorId'), vendorId: 'org.nobody' },
    ]);
  });

  it.each(['ocpp2.0.1', 'ocpp2.1'])('%s has JSON instead of text', async (protocol) => {
    const id = `VENDOR-${protocol}`;
    const charger = await bench.connect(id, { protocols: [protocol] });
    await charger.call('BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'V', model: 'M' } });
    const sensor = { bay: 2, occupied: false };
    expect(await charger.text('DataTransfer', transfer('ParkingSensor', sensor))).toBe('{"status":"Accepted"}');
    expect(await charger.text('DataTransfer', transfer('DisplayText'))).toBe(
      '{"status":"Accepted","data":{"text":"Bay 2: free"}}',
    );
    expect(await charger.text('DataTransfer', transfer('Invented'))).toBe('{"status":"UnknownMessageId"}');
    expect(await charger.text('DataTransfer', { vendorId: 'org.nobody' })).toBe('{"status":"UnknownVendorId"}');
    await bench.told(id, 'DataTransferReceived', [
      stored('ParkingSensor', sensor, 'Accepted'),
      stored('DisplayText', null, 'Accepted'),
      stored('Invented', null, 'UnknownMessageId'),
      { vendorId: 'org.nobody', messageId: null, data: null, status: 'UnknownVendorId' },
    ]);
  });

  it("the guide's module answers as the guide says", async () => {
    const charger = await bench.charger('VENDOR-GUIDE');
    const tariff = { vendorId: 'com.example.guide', messageId: 'Tariff', data: 'AC' };
    expect(await charger.call('DataTransfer', tariff)).toEqual({
      status: 'Accepted',
      data: 'VENDOR-GUIDE asked for AC: 39 ct/kWh',
    });
    const acme = { vendorId: 'org.example.acme' };
    expect(await charger.call('DataTransfer', { ...acme, messageId: 'Hello' })).toEqual({ status: 'Accepted' });
    expect(await charger.call('DataTransfer', acme)).toEqual({ status: 'UnknownMessageId' });
  });

  (ON_CLUSTER ? it.skip : it)('a module that is not there keeps the system from starting, by its name', async () => {
    const missing = path.join(folder, 'missing.mjs');
    await expect(startSystem({ ocppVendorHandlers: `${fromGuide()},${missing}` })).rejects.toThrow(
      `OCPP_VENDOR_HANDLERS names ${missing}, which cannot be used: there is no ${missing}.`,
    );
  });
});
