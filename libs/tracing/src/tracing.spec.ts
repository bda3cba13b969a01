import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { startTracing, type Tracing } from './sdk';
import { inSpan, isTracing, startSpan, type TracedSpan } from './span';
import { tracedRecords } from './traced-records';
import { formatTraceparent, parseTraceparent } from './traceparent';

const identity = { serviceName: 'connect', serviceVersion: '1', instanceId: 'connect-1', sampleRatio: 1 };

describe('W3C traceparent', () => {
  const text = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('is read and written', () => {
    const context = parseTraceparent(text);
    expect(context).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' });
    expect(formatTraceparent(context!)).toBe(text);
  });

  it.each([undefined, '', 'nonsense', text.slice(0, -4), text.replace(/0af\w+/, '0'.repeat(32)), text.toUpperCase()])(
    'ignores %j',
    (broken) => expect(parseTraceparent(broken)).toBeNull(),
  );
});

describe('while nobody traces', () => {
  it('there are no spans, and records stay as they are', async () => {
    const records = [{ topic: 't', headers: { ce_id: '1' } }];
    expect(isTracing()).toBe(false);
    expect(startSpan('a', { kind: 'server' })).toBeNull();
    expect(tracedRecords(records, null)).toBe(records);
    expect(await inSpan('a', { kind: 'internal', parent: 'p' }, async (traceparent) => traceparent)).toBe('p');
  });
});

describe('while somebody traces', () => {
  const exporter = new InMemorySpanExporter();
  let tracing: Tracing;
  beforeAll(() => {
    tracing = startTracing({ ...identity, endpoint: '', exporter, processor: (to) => new SimpleSpanProcessor(to) });
  });
  afterAll(() => tracing.close());
  beforeEach(() => exporter.reset());

  it('a record carries the trace on to whoever takes it', () => {
    const sender = startSpan('send', { kind: 'producer' }) as TracedSpan;
    const [record] = tracedRecords([{ headers: { ce_id: '1' } }], sender);
    expect(record?.headers).toEqual({ ce_id: '1', traceparent: sender.traceparent });
    const receiver = startSpan('receive', { kind: 'consumer', parent: sender.traceparent }) as TracedSpan;
    receiver.end();
    sender.end();
    const [received, sent] = exporter.getFinishedSpans();
    expect(received?.spanContext().traceId).toBe(sent?.spanContext().traceId);
    expect(received?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
    expect(sent?.resource.attributes).toMatchObject({ 'service.name': 'connect', 'service.instance.id': 'connect-1' });
  });

  it('a span tells of the failure of its work', async () => {
    const work = inSpan('work', { kind: 'internal' }, () => Promise.reject(new Error('broken')));
    await expect(work).rejects.toThrow('broken');
    expect(exporter.getFinishedSpans()[0]?.status).toMatchObject({ message: 'broken' });
  });
});

it('spans reach a collector by OTLP over HTTP', async () => {
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(`${request.url} ${body}`);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  trace.disable();
  const tracing = startTracing({ ...identity, endpoint: `http://127.0.0.1:${port}/` });
  startSpan('told', { kind: 'server' })?.end();
  await tracing.flush();
  await tracing.close();
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toMatch(/^\/v1\/traces /);
  expect(bodies[0]).toContain('"told"');
});
