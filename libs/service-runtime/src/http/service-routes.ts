import type { Health, Metrics } from '@chargestream/service-kit';
import type { FastifyInstance } from 'fastify';

/**
 * For orchestrators, without credentials: `/healthz` (the process answers), `/readyz` (200 or 503, with each part) and
 * `/metrics` in Prometheus' text format.
 */
export function serveHealthAndMetrics(fastify: FastifyInstance, health: Health, metrics: Metrics): void {
  fastify.get('/healthz', async () => ({ live: true }));
  fastify.get('/readyz', async (_request, reply) => {
    const report = await health.report();
    return reply
      .code(report.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(report);
  });
  fastify.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.exposition();
    return reply.type(contentType).send(body);
  });
}
