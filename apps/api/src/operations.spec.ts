import { chargerStream, operationsStream, type ChargerFact, type OperationFact } from '@chargestream/contracts';
import { chargerConnected } from '@chargestream/read-model/testing';
import { ApiFixture } from './testing/api-fixture';

const charger = { chargerId: 'CP-1' };
let fixture: ApiFixture;

beforeAll(async () => {
  fixture = await ApiFixture.start();
  await fixture.append(chargerStream('default', 'CP-1'), [chargerConnected(1)], charger);
});
afterAll(() => fixture.close());

async function ask(query: string): Promise<Record<string, unknown>> {
  const { data, errors } = await fixture.query(query);
  expect(errors).toBeUndefined();
  return data as Record<string, unknown>;
}
const tell = (...facts: ChargerFact[]) => fixture.append(chargerStream('default', 'CP-1'), facts, charger);
const operate = (...facts: OperationFact[]) => fixture.append(operationsStream('default', 'CP-1'), facts, charger);
const started = (operationId: string): OperationFact => ({
  type: 'OperationStarted',
  data: { operationId, kind: 'FIRMWARE_UPDATE', commandId: null, requestId: 2 ** 40, detail: { location: 'x' } },
});
const hash = { hashAlgorithm: 'SHA256', issuerNameHash: 'a', issuerKeyHash: 'b', serialNumber: '1' };

describe('long operations', () => {
  it('are shown with their history, their stall and their end', async () => {
    await operate(
      started('o-1'),
      { type: 'OperationProgressed', data: { operationId: 'o-1', status: 'Downloading' } },
      { type: 'OperationStalled', data: { operationId: 'o-1', silentForS: 1800 } },
    );
    const query =
      '{ operation(id: "o-1") { id kind state status stalled requestId detail steps { status } charger { id } } }';
    expect(await ask(query)).toEqual({
      operation: {
        ...{ id: 'o-1', kind: 'FIRMWARE_UPDATE', state: 'RUNNING', status: 'Downloading', stalled: true },
        ...{ requestId: null, detail: { location: 'x' }, charger: { id: 'CP-1' } },
        steps: [{ status: 'Started' }, { status: 'Downloading' }, { status: 'Stalled' }],
      },
    });
    await operate(
      { type: 'OperationProgressed', data: { operationId: 'o-1', status: 'Installed' } },
      { type: 'OperationEnded', data: { operationId: 'o-1', outcome: 'SUCCEEDED', status: 'Installed' } },
      started('o-2'),
    );
    const listed = 'nodes { id state stalled }';
    const one = { id: 'o-1', state: 'SUCCEEDED', stalled: false };
    expect(await ask(`{ operations(filter: { state: SUCCEEDED }) { ${listed} } }`)).toEqual({
      operations: { nodes: [one] },
    });
    expect(await ask(`{ charger(id: "CP-1") { operations { ${listed} } } }`)).toMatchObject({
      charger: { operations: { nodes: expect.arrayContaining([one]) } },
    });
    expect(await ask('{ operation(id: "none") { id } }')).toEqual({ operation: null });
  });
});

describe('what a charger tells of itself', () => {
  const query = `{ charger(id: "CP-1") { firmwareStatus { status } logStatus { status }
    securityEvents { type techInfo } certificates { own { subject notAfter } installed { certificateType serialNumber } } } }`;

  it('is nothing at first', async () => {
    expect(await ask(query)).toEqual({
      charger: {
        firmwareStatus: null,
        logStatus: null,
        securityEvents: [],
        certificates: { own: null, installed: [] },
      },
    });
  });

  it('is the last of its firmware, logs and certificates, and the newest security events', async () => {
    const asked = (certificateType: string, ...serialNumbers: string[]): ChargerFact => ({
      type: 'CertificatesReported',
      data: {
        certificateTypes: [certificateType],
        certificates: serialNumbers.map((serialNumber) => ({ ...hash, serialNumber, certificateType: null })),
      },
    });
    const securityEvents = Array.from({ length: 205 }, (_, index) => ({
      type: 'SecurityEventReported' as const,
      data: { type: 'MemoryExhaustion', techInfo: `${index}`, reportedAt: null },
    }));
    await tell(
      { type: 'FirmwareStatusReported', data: { status: 'Installed', requestId: null } },
      { type: 'LogStatusReported', data: { source: 'LOG', status: 'Uploading', requestId: 1 } },
      asked('CentralSystemRootCertificate', '1', '2'),
      asked('ManufacturerRootCertificate', '3'),
      asked('CentralSystemRootCertificate', '4'),
      ...securityEvents,
    );
    const issued = {
      operationId: 'o-3',
      certificateChain: 'PEM',
      serialNumber: '9',
      subject: 'CN=CP-1',
      commandId: 'c',
    };
    const validity = { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2027-01-01T00:00:00.000Z' };
    await operate(started('o-3'), { type: 'CertificateIssued', data: { ...issued, ...validity } });
    const shown = (await ask(query)).charger as { securityEvents: object[] };
    expect(shown).toMatchObject({
      ...{ firmwareStatus: { status: 'Installed' }, logStatus: { status: 'Uploading' } },
      certificates: {
        own: { subject: 'CN=CP-1', notAfter: validity.notAfter },
        installed: [
          { certificateType: 'ManufacturerRootCertificate', serialNumber: '3' },
          { certificateType: 'CentralSystemRootCertificate', serialNumber: '4' },
        ],
      },
    });
    expect(shown.securityEvents).toHaveLength(200);
    expect(shown.securityEvents[0]).toEqual({ type: 'MemoryExhaustion', techInfo: '204' });
  });
});
