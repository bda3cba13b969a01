import type { Health, Metrics } from '@chargestream/service-kit';
import type { FastifyInstance } from 'fastify';

/** `/health/live`, `/health/ready` and `/metrics`: for orchestrators, without credentials. */
export function serveHealthAndMetrics(fastify: FastifyInstance, health: Health, metrics: Metrics): void {
  fastify.get('/health/live', async () => ({ live: true }));
  fastify.get('/health/ready', async (_request, reply) => {
    const report = await health.report();
    return reply.code(report.ready ? 200 : 503).send(report);
  });
  fastify.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metrics.exposition();
    return reply.type(contentType).send(body);
  });
}
