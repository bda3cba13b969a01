import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connectCharger } from '@chargestream/charger-sim';
import { createLogger, loadSettings } from '@chargestream/service-kit';
import { startTracing, type Tracing } from '@chargestream/tracing/sdk';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { startStandalone, type RunningStandalone } from './start-standalone';

jest.setTimeout(60_000);

describe('traces', () => {
  const exporter = new InMemorySpanExporter();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-traces-'));
  let tracing: Tracing;
  let standalone: RunningStandalone;
  beforeAll(async () => {
    const identity = { serviceName: 'standalone', serviceVersion: '1', instanceId: 'one', sampleRatio: 1 };
    tracing = startTracing({ ...identity, endpoint: '', exporter, processor: (to) => new SimpleSpanProcessor(to) });
    const settings = loadSettings({ DATA_DIR: folder, OCPP_PORT: '0', API_PORT: '0', LOG_LEVEL: 'fatal' });
    standalone = await startStandalone(settings, createLogger(settings));
  });
  afterAll(async () => {
    await standalone?.close();
    await tracing?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('follow one message from the socket over the bus and the store to the read model', async () => {
    const charger = await connectCharger({ url: standalone.ocppUrl, chargerId: 'CP-1', version: '1.6' });
    await charger.boot();
    const named = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name);
    const received = await soon(() => named('receive BootNotification'));
    const handled = await soon(() => named('handle ChargerBooted'));
    const projected = await soon(() => named('project ChargerBooted'));
    await charger.close();

    const { traceId } = received.spanContext();
    expect(received.parentSpanContext).toBeUndefined();
    expect([handled, projected].map((span) => span.spanContext().traceId)).toEqual([traceId, traceId]);
    expect(handled.parentSpanContext?.spanId).toBe(received.spanContext().spanId);
    expect(projected.parentSpanContext?.spanId).toBe(handled.spanContext().spanId);
    expect(received.attributes).toMatchObject({ 'rpc.method': 'BootNotification', 'chargestream.charger_id': 'CP-1' });
    expect(projected.attributes).toMatchObject({
      'chargestream.event_types': expect.arrayContaining(['ChargerBooted']),
    });
  });
});

async function soon(find: () => ReadableSpan | undefined): Promise<ReadableSpan> {
  for (;;) {
    const found = find();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
