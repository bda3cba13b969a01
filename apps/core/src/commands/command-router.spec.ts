import { commandStream, TOPICS } from '@chargestream/contracts';
import { commandDecider } from '@chargestream/domain';
import { at, CHARGER, event, TENANT } from '@chargestream/domain/testing';
import { AggregateStore } from '../aggregates/aggregate-store';
import { metadataOfEvent, metadataOfIntent } from '../aggregates/metadata';
import { decideAndAppend } from '../aggregates/unit-of-work';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';
import { CommandRouter } from './command-router';

it('a command is not given up while its outcome may lie on the bus unread', async () => {
  const harness = await Harness.open();
  const aggregates = new AggregateStore(harness.store, 10);
  const pause = async () => undefined;
  const data = { command: { kind: 'CLEAR_CACHE' as const }, expiresAt: at(5), holdUntilOnline: false };
  const request = intent('SendCommand', data);
  const stream = commandStream(request.id);
  const owner = { instanceId: 'connect-1', epoch: 1 };
  await decideAndAppend(aggregates, pause, async (unit) => {
    const metadata = metadataOfIntent(request, at(0));
    await unit.decide(commandDecider, stream, { kind: 'request', intent: request }, metadata);
  });
  await decideAndAppend(aggregates, pause, async (unit) => {
    const metadata = { ...metadataOfIntent(request, at(0)), causationId: 'dispatch' };
    await unit.decide(commandDecider, stream, { kind: 'dispatch', owner, refusedBy: null }, metadata);
  });

  const answer = { commandId: request.id, outcome: 'ACCEPTED' as const, ocppAction: null, response: {}, error: null };
  const finished = event('CommandFinished', answer);
  const connections = await harness.bus.openTable(TOPICS.connections);
  harness.timers.advance(60 * 60_000);
  const router = new CommandRouter({
    aggregates,
    bus: harness.bus,
    connections,
    timers: harness.timers,
    clock: harness.timers.clock,
    pause,
    graceMs: 1_000,
    // What was on the bus: the answer to this command.
    outcomesHandled: async () => {
      await decideAndAppend(aggregates, pause, (unit) =>
        unit.decide(commandDecider, stream, { kind: 'event', event: finished }, metadataOfEvent(finished)),
      );
    },
    logger: undefined,
  });
  router.track({ commandId: request.id, tenantId: TENANT, chargerId: CHARGER, correlationId: 'x', expiresAt: at(5) });
  await router.idle();
  expect((await harness.stream(stream)).at(-1)).toMatchObject({
    type: 'CommandFinished',
    data: { outcome: 'ACCEPTED' },
  });
  expect(router.pendingCount()).toBe(0);
  await router.close();
  await connections.close();
  await harness.close();
});
