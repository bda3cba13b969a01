import { randomUUID } from 'node:crypto';
import { commandStream, operationsStream, type OperationFact, type StoredMetadata } from '@chargestream/contracts';
import { SigningRefused, type CertificateSigner, type SigningRequest } from '@chargestream/certificates';
import { at, CHARGER, event, TENANT } from '@chargestream/domain/testing';
import { startCore, type RunningCore } from '../start-core';
import { Harness } from '../testing/harness';
import { certificateSigned } from './certificate-signed';

const operations = operationsStream(TENANT, CHARGER);
const CERTIFICATE = {
  serialNumber: '4A',
  subject: `CN=${CHARGER}`,
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
};

class TestSigner implements CertificateSigner {
  readonly kind = 'http';
  readonly asked: SigningRequest[] = [];
  /** Answered one after the other; when there are none left, with a certificate. */
  readonly failures: Error[] = [];
  /** Held up until it is resolved. */
  gate: Promise<void> = Promise.resolve();
  onAsked = (): void => undefined;

  async sign(request: SigningRequest) {
    this.asked.push(request);
    this.onAsked();
    await this.gate;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return { chainPem: `PEM of ${request.operationId}`, ...CERTIFICATE };
  }
}

describe('a certificate renewal', () => {
  let harness: Harness;
  let signer: TestSigner;
  let core: RunningCore;
  const start = async () => {
    const { bus, store, readModel, timers } = harness;
    const settings = { ocppCallTimeoutMs: 30_000 };
    core = await startCore({ bus, store, readModel, timers, clock: timers.clock, settings, signer });
    harness.core = core;
  };
  beforeEach(async () => {
    harness = await Harness.open();
    signer = new TestSigner();
    await start();
    await harness.report(event('ChargerSeen', {}));
    await harness.settled();
  });
  afterEach(() => harness.close());

  const metadata: StoredMetadata = {
    ...{ tenantId: TENANT, chargerId: CHARGER, correlationId: 'story', causationId: 'sign', connectionEpoch: 1 },
    ...{ ocppVersion: '1.6', ocppMessageId: 'm', occurredAt: at(0), receivedAt: at(0), schemaVersion: 1 },
  };
  const store = async (...facts: OperationFact[]) => {
    const events = facts.map((fact) => ({ ...fact, id: randomUUID(), metadata: { ...metadata } }));
    const revision = (await harness.stream(operations)).length - 1;
    await harness.store.append(operations, events, revision < 0 ? 'no-stream' : revision);
  };
  const started = (operationId: string): OperationFact => {
    const detail = { csr: `CSR of ${operationId}` };
    return {
      type: 'OperationStarted',
      data: { operationId, kind: 'CERTIFICATE_RENEWAL', commandId: null, requestId: null, detail },
    };
  };
  const ended = (operationId: string): OperationFact => ({
    type: 'OperationEnded',
    data: { operationId, outcome: 'REPLACED', status: 'replaced' },
  });
  const facts = async () =>
    (await harness.stream(operations)).map(({ type, data }) => ({ type, data }) as OperationFact);

  it('gets a certificate, and the charger is sent it', async () => {
    await store(started('op-1'));
    await harness.settled();
    expect(signer.asked).toEqual([
      { tenantId: TENANT, chargerId: CHARGER, csrPem: 'CSR of op-1', certificateType: null, operationId: 'op-1' },
    ]);
    const [, issued] = await facts();
    const commandId = certificateSigned({ operationId: 'op-1', chainPem: '', detail: {} }, metadata).id;
    expect(issued).toEqual({
      type: 'CertificateIssued',
      data: { operationId: 'op-1', certificateChain: 'PEM of op-1', commandId, ...CERTIFICATE },
    });
    const [requested] = await harness.stream(commandStream(commandId));
    expect(requested?.data).toMatchObject({
      command: { kind: 'CALL_CHARGER', action: 'CertificateSigned', payload: { certificateChain: 'PEM of op-1' } },
      requestedBy: 'core',
      holdUntilOnline: true,
    });
    await harness.connection('open');
    await harness.until(() => harness.inbox.length > 0);
    expect(harness.inbox[0]).toMatchObject({ commandId });
  });

  it('is asked for once, whoever leads', async () => {
    await store(started('op-1'));
    await harness.settled();
    await core.close();
    await start();
    await harness.settled();
    expect(signer.asked).toHaveLength(1);
    expect((await facts()).map(({ type }) => type)).toEqual(['OperationStarted', 'CertificateIssued']);
  });

  it('waits for a signer that is away, also over a change of leader', async () => {
    signer.failures.push(new Error('away'), new Error('still away'), new Error('away for long'));
    await store(started('op-1'));
    await harness.settled();
    expect(signer.asked).toHaveLength(1);
    harness.timers.advance(2_000);
    await harness.until(() => signer.asked.length === 2);
    await core.close();
    await start();
    await harness.until(() => signer.asked.length === 3);
    await harness.settled();
    harness.timers.advance(2_000);
    await harness.until(async () => (await facts()).length === 2);
    expect((await facts()).at(-1)).toMatchObject({ type: 'CertificateIssued' });
  });

  it('fails with the sentence of a signer that refuses', async () => {
    signer.failures.push(new SigningRefused('The request has no common name.'));
    await store(started('op-1'));
    await harness.settled();
    expect((await facts()).at(-1)).toEqual({
      type: 'OperationEnded',
      data: { operationId: 'op-1', outcome: 'FAILED', status: 'The request has no common name.' },
    });
    harness.timers.advance(600_000);
    await harness.settled();
    expect(signer.asked).toHaveLength(1);
  });

  it('that was replaced while it was signed comes to nothing', async () => {
    let open = (): void => undefined;
    signer.gate = new Promise((resolve) => (open = resolve));
    const asked = new Promise<void>((resolve) => (signer.onAsked = resolve));
    await store(started('op-1'));
    await asked;
    await store(ended('op-1'), started('op-2'));
    open();
    await harness.settled();
    expect((await facts()).map(({ type, data }) => `${type} ${data.operationId}`)).toEqual([
      'OperationStarted op-1',
      'OperationEnded op-1',
      'OperationStarted op-2',
      'CertificateIssued op-2',
    ]);
  });

  it('keeps no leader from going', async () => {
    signer.gate = new Promise(() => undefined);
    const asked = new Promise<void>((resolve) => (signer.onAsked = resolve));
    await store(started('op-1'));
    await asked;
    await core.close();
    signer.gate = Promise.resolve();
    await start();
    await harness.settled();
    expect((await facts()).map(({ type }) => type)).toEqual(['OperationStarted', 'CertificateIssued']);
  });

  it('of 2.x is sent with what the charger told', () => {
    const detail = { csr: 'x', certificateType: 'ChargingStationCertificate', requestId: 7 };
    const commandFor = (ocppVersion: StoredMetadata['ocppVersion']) =>
      certificateSigned({ operationId: 'op', chainPem: 'PEM', detail }, { ...metadata, ocppVersion }).data.command;
    expect(commandFor('1.6')).toMatchObject({ payload: { certificateChain: 'PEM' } });
    expect(commandFor('1.6')).not.toHaveProperty('payload.certificateType');
    expect(commandFor('2.0.1')).toMatchObject({ payload: { certificateType: 'ChargingStationCertificate' } });
    expect(commandFor('2.0.1')).not.toHaveProperty('payload.requestId');
    expect(commandFor('2.1')).toMatchObject({ payload: { requestId: 7 } });
  });
});
