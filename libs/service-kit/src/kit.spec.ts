import { Writable } from 'node:stream';
import { Health } from './health';
import { createLogger, nestLogger } from './logger';
import { isLoopback } from './loopback';
import { Metrics } from './metrics';

function captured() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { lines, stream };
}

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '10.0.0.1', 'example.org', '128.0.0.1', ''])('%s is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('logger', () => {
  it('never writes a secret', () => {
    const { lines, stream } = captured();
    const logger = createLogger({ logLevel: 'info' }, stream);
    logger.info({ password: 'hunter2', input: { password: 'hunter3', deep: { passwordHash: 'hunter4' } } }, 'set');
    expect(lines.join()).toContain('[redacted]');
    expect(lines.join()).not.toMatch(/hunter/);
  });

  it("keeps Nest's errors with their stack", () => {
    const { lines, stream } = captured();
    nestLogger(createLogger({ logLevel: 'info' }, stream)).error(new Error('it broke'), 'SomeContext');
    expect(JSON.parse(lines[0] as string)).toMatchObject({ context: 'SomeContext', err: { message: 'it broke' } });
  });
});

describe('health', () => {
  it('is ready only when every check passes; a throw fails', async () => {
    const health = new Health();
    expect(await health.report()).toEqual({ ready: true, checks: {} });
    health.register('bus', () => true);
    const remove = health.register('store', () => Promise.reject(new Error('gone')));
    expect(await health.report()).toEqual({ ready: false, checks: { bus: 'ok', store: 'failing' } });
    remove();
    expect((await health.report()).ready).toBe(true);
  });
});

describe('metrics', () => {
  it('exposes what was counted, in the text format', async () => {
    const metrics = new Metrics();
    metrics.counter('ocpp_messages_total', 'Messages by action', ['action']).inc({ action: 'Heartbeat' });
    metrics.gauge('ocpp_connections', 'Open connections').set(3);
    metrics.histogram('publish_seconds', 'Time to durable').observe(0.002);
    const { body, contentType } = await metrics.exposition();
    expect(contentType).toContain('text/plain');
    expect(body).toContain('chargestream_ocpp_messages_total{action="Heartbeat"} 1');
    expect(body).toContain('chargestream_ocpp_connections 3');
    expect(body).toContain('chargestream_publish_seconds_bucket{le="0.0025"} 1');
  });

  it('shows no value for what cannot be found out, or not soon enough, and all others', async () => {
    const metrics = new Metrics();
    let answer: (value: number) => void = () => undefined;
    let asked = 0;
    metrics.gauge('sure', 'Is there', [], (gauge) => gauge.set(1));
    metrics.gauge('failing', 'Cannot be told', ['topic'], () => Promise.reject(new Error('away')));
    const slow = metrics.gauge('slow', 'Takes its time', [], async (gauge) => {
      asked += 1;
      gauge.set(await new Promise<number>((resolve) => (answer = resolve)));
    });
    slow.set(7);
    const lines = async () => (await metrics.exposition()).body.split('\n').filter((line) => !line.startsWith('#'));
    const first = await lines();
    expect(first).toContain('chargestream_sure 1');
    expect(first.join()).not.toMatch(/slow|failing/);
    const second = lines();
    answer(8);
    expect(await second).toContain('chargestream_slow 8');
    expect(asked).toBe(1);
    expect((await second).join()).not.toContain('failing');
  });
});
