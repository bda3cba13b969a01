import { commandStream, STREAM_PREFIXES, TOPICS } from '@chargestream/contracts';
import { commandDecider } from '@chargestream/domain';
import { at, event } from '@chargestream/domain/testing';
import type { StoredEvent } from '@chargestream/event-store';
import { AggregateStore } from '../aggregates/aggregate-store';
import { metadataOfEvent, metadataOfIntent } from '../aggregates/metadata';
import { decideAndAppend } from '../aggregates/unit-of-work';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';
import { CommandRouter, type CommandRouterOptions } from './command-router';
import { Secrets } from './secrets';

let harness: Harness;
let aggregates: AggregateStore;
let options: Omit<CommandRouterOptions, 'outcomesHandled' | 'from'>;
const pause = async () => undefined;

beforeEach(async () => {
  harness = await Harness.open();
  aggregates = new AggregateStore(harness.store, 10);
  options = {
    aggregates,
    bus: harness.bus,
    connections: await harness.bus.openTable(TOPICS.connections),
    instances: { bootIdOf: () => null, isLost: () => false },
    secrets: new Secrets(),
    secretsKnown: async () => undefined,
    termId: 'term',
    timers: harness.timers,
    clock: harness.timers.clock,
    pause,
    graceMs: 1_000,
    logger: undefined,
  };
});
afterEach(async () => {
  await options.connections.close();
  await harness.close();
});

async function request(expiresAt: string, holdUntilOnline = false): Promise<string> {
  const data = { command: { kind: 'CLEAR_CACHE' as const }, expiresAt, holdUntilOnline };
  const asked = intent('SendCommand', data);
  await decideAndAppend(aggregates, pause, (unit) =>
    unit.decide(
      commandDecider,
      commandStream(asked.id),
      { kind: 'request', intent: asked },
      metadataOfIntent(asked, at(0)),
    ),
  );
  return asked.id;
}

async function stored(from: string | null): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const one of harness.store.readAll({ from, streamPrefixes: [STREAM_PREFIXES.command] })) events.push(one);
  return events;
}

it('a command is not given up while its outcome may lie on the bus unread', async () => {
  const commandId = await request(at(5));
  const stream = commandStream(commandId);
  await decideAndAppend(aggregates, pause, async (unit) => {
    const metadata = { ...metadataOfEvent(event('ChargerSeen', {})), causationId: 'dispatch' };
    const owner = { instanceId: 'connect-1', epoch: 1 };
    await unit.decide(commandDecider, stream, { kind: 'dispatch', owner, bootId: null }, metadata);
  });
  const answer = { commandId, outcome: 'ACCEPTED' as const, ocppAction: null, response: {}, error: null };
  const finished = event('CommandFinished', answer);
  harness.timers.advance(60 * 60_000);
  const router = new CommandRouter({
    ...options,
    from: null,
    // What was on the bus: the answer to this command.
    outcomesHandled: async () => {
      await decideAndAppend(aggregates, pause, (unit) =>
        unit.decide(commandDecider, stream, { kind: 'event', event: finished }, metadataOfEvent(finished)),
      );
    },
  });
  router.follow(await stored(null));
  await router.idle();
  expect((await harness.stream(stream)).at(-1)).toMatchObject({
    type: 'CommandFinished',
    data: { outcome: 'ACCEPTED' },
  });
  expect(router.pendingCount()).toBe(1);
  router.follow((await stored(null)).slice(-1));
  expect(router.pendingCount()).toBe(0);
  await router.close();
});

it('the checkpoint lies before the oldest command that has not ended, so the next leader finds them all', async () => {
  const ended = await request(at(5));
  const held = await request(at(60), true);
  const ended2 = await request(at(5));
  const router = new CommandRouter({ ...options, from: null, outcomesHandled: async () => undefined });
  router.follow(await stored(null));
  await router.idle();
  router.follow((await stored(null)).slice(3));
  expect(await harness.types(commandStream(ended))).toEqual(['CommandRequested', 'CommandFinished']);
  expect(await harness.types(commandStream(ended2))).toEqual(['CommandRequested', 'CommandFinished']);
  expect(router.pendingCount()).toBe(1);
  const checkpoint = router.checkpoint();
  await router.close();

  const next = new CommandRouter({ ...options, from: checkpoint, outcomesHandled: async () => undefined });
  const found = await stored(checkpoint);
  expect(found[0]).toMatchObject({ stream: commandStream(held), type: 'CommandRequested' });
  next.follow(found);
  await next.idle();
  expect(next.pendingCount()).toBe(1);
  expect(next.checkpoint()).toBe(checkpoint);
  await next.close();
});
