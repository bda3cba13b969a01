import {
  status,
  type Metadata,
  type sendUnaryData,
  type ServerReadableStream,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import {
  WrongExpectedRevisionError,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
  type StoreSubscription,
} from '@chargestream/event-store';
import { ReadReq, ReadResp, type AppendReq, type AppendResp } from '@eventstore/db-client/generated/streams_pb';
import type { Faults } from './faults';
import type { MaxCounts } from './max-counts';
import {
  appended,
  fromPosition,
  identifierOf,
  newEvent,
  positionOf,
  readEvent,
  streamName,
  wrongExpected,
} from './messages';
import { failure, rpcError } from './rpc-errors';

export interface Storage {
  store: EventStore;
  /** The newest event of all. */
  logEnd: () => Promise<StoredEvent | null>;
  maxCounts: MaxCounts;
}

export type OpenCall = ServerWritableStream<ReadReq, ReadResp>;

export interface ServiceOptions {
  /** @throws NotLeader when another node has the events */
  storage: () => Storage;
  /** Subscriptions that are open. */
  openCalls: Set<OpenCall>;
  faults: Faults;
  /** `Basic …` that every call must carry; null for anybody. */
  authorization: string | null;
}

/** The calls of EventStoreDB's streams service that this project's client makes. */
export function streamsService(options: ServiceOptions) {
  return {
    append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) => {
      append(call, options).then(
        (response) => answer(null, response),
        (error: unknown) => answer(failure(error)),
      );
    },
    read: (call: ServerWritableStream<ReadReq, ReadResp>) => {
      read(call, options).catch((error: unknown) => call.emit('error', failure(error)));
    },
  };
}

async function append(call: ServerReadableStream<AppendReq, AppendResp>, options: ServiceOptions): Promise<AppendResp> {
  const { store, maxCounts } = admit(call.metadata, options);
  let stream = '';
  let expected: ExpectedRevision = 'no-stream';
  const events: NewEvent[] = [];
  for await (const message of call as AsyncIterable<AppendReq>) {
    const head = message.getOptions();
    if (head !== undefined && message.hasOptions()) {
      stream = streamName(head.getStreamIdentifier());
      if (!head.hasNoStream() && !head.hasRevision())
        throw rpcError(status.UNIMPLEMENTED, 'only exact revisions are taken');
      expected = head.hasNoStream() ? 'no-stream' : Number(head.getRevision());
    } else {
      const proposed = message.getProposedMessage();
      if (proposed !== undefined) events.push(newEvent(proposed));
    }
  }
  try {
    const { revision } = await store.append(stream, events, expected);
    await maxCounts.appended(stream, events);
    if (options.faults.answersToLose > 0) {
      options.faults.answersToLose--;
      throw rpcError(status.UNAVAILABLE, 'the answer was lost');
    }
    return appended(revision);
  } catch (error) {
    if (error instanceof WrongExpectedRevisionError) return wrongExpected(expected, error.actual);
    throw error;
  }
}

async function read(call: ServerWritableStream<ReadReq, ReadResp>, service: ServiceOptions): Promise<void> {
  const { store, logEnd } = admit(call.metadata, service);
  const options = call.request.getOptions();
  if (options === undefined) throw rpcError(status.INVALID_ARGUMENT, 'a read without options');
  if (options.hasSubscription()) return subscribe(call, options, store, service);
  if (options.hasAll()) await readLastOfAll(call, options, logEnd);
  else await readStream(call, options, store);
  call.end();
}

async function readStream(
  call: ServerWritableStream<ReadReq, ReadResp>,
  options: ReadReq.Options,
  store: EventStore,
): Promise<void> {
  const selected = options.getStream();
  const stream = streamName(selected?.getStreamIdentifier());
  const backwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  const fromRevision = selected?.hasRevision() ? Number(selected.getRevision()) : undefined;
  // The client's default is as good as all of them.
  const limit = Math.min(Number(options.getCount()), Number.MAX_SAFE_INTEGER);
  let found = false;
  const range = {
    limit,
    direction: backwards ? 'backwards' : 'forwards',
    ...(fromRevision !== undefined && { fromRevision }),
  } as const;
  for await (const event of store.readStream(stream, range)) {
    found = true;
    await write(call, readEvent(event));
  }
  if (found || (await exists(store, stream))) return;
  const response = new ReadResp();
  const notFound = new ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifierOf(stream));
  response.setStreamNotFound(notFound);
  await write(call, response);
}

async function exists(store: EventStore, stream: string): Promise<boolean> {
  for await (const _ of store.readStream(stream, { limit: 1 })) return true;
  return false;
}

/** Reading $all backwards from its end by one is how a client learns where the log ends; nothing else is asked for here. */
async function readLastOfAll(
  call: ServerWritableStream<ReadReq, ReadResp>,
  options: ReadReq.Options,
  logEnd: Storage['logEnd'],
): Promise<void> {
  const isLast = options.getAll()?.hasEnd() && options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  if (!isLast || Number(options.getCount()) !== 1) {
    throw rpcError(
      status.UNIMPLEMENTED,
      'the double reads $all only backwards from its end, by one, or by subscription',
    );
  }
  const last = await logEnd();
  if (last !== null) await write(call, readEvent(last));
}

/** Catch-up first, then live, with the checkpoints of a filter in between. */
async function subscribe(
  call: ServerWritableStream<ReadReq, ReadResp>,
  options: ReadReq.Options,
  store: EventStore,
  { openCalls, faults }: ServiceOptions,
): Promise<void> {
  const all = options.getAll();
  if (!options.hasAll() || all === undefined)
    throw rpcError(status.UNIMPLEMENTED, 'the double subscribes to $all only');
  const wanted = filterOf(options);
  const every = checkpointEvery(options);
  const confirmation = new ReadResp();
  const details = new ReadResp.SubscriptionConfirmation();
  details.setSubscriptionId('double');
  confirmation.setConfirmation(details);
  await write(call, confirmation);
  let scanned = 0;
  const subscription: StoreSubscription = await store.subscribe({
    from: all.hasPosition() ? fromPosition(all.getPosition()?.getCommitPosition() ?? '0') : null,
    handle: async (events) => {
      for (const event of events) {
        if (call.cancelled) return;
        if (wanted(event.stream)) await write(call, readEvent(event));
        if (every > 0 && ++scanned % every === 0) await write(call, checkpoint(event, faults));
      }
    },
  });
  openCalls.add(call);
  const over = () => {
    openCalls.delete(call);
    void subscription.close();
  };
  call.once('cancelled', over);
  call.once('error', over);
  await subscription.caughtUp().catch(() => undefined);
  if (call.cancelled) return;
  const caughtUp = new ReadResp();
  caughtUp.setCaughtUp(new ReadResp.CaughtUp());
  await write(call, caughtUp);
}

function filterOf(options: ReadReq.Options): (stream: string) => boolean {
  const filter = options.getFilter();
  if (!options.hasFilter() || filter === undefined) return () => true;
  const expression = filter.getStreamIdentifier();
  if (expression === undefined) throw rpcError(status.UNIMPLEMENTED, 'the double filters by names of streams only');
  const regex = expression.getRegex();
  if (regex !== '') return (stream) => new RegExp(regex).test(stream);
  const prefixes = expression.getPrefixList();
  return (stream) => prefixes.some((prefix) => stream.startsWith(prefix));
}

function checkpointEvery(options: ReadReq.Options): number {
  const filter = options.getFilter();
  if (!options.hasFilter() || filter === undefined) return 0;
  return (filter.hasMax() ? filter.getMax() : 32) * (filter.getCheckpointintervalmultiplier() || 1);
}

const LARGEST = String(2n ** 64n - 1n);

function checkpoint(event: StoredEvent, faults: Faults): ReadResp {
  const isBeyond = faults.checkpointsBeyond > 0;
  if (isBeyond) faults.checkpointsBeyond--;
  const position = isBeyond ? LARGEST : String(BigInt(positionOf(event)) + (faults.checkpointsAhead ? 1n : 0n));
  const response = new ReadResp();
  const details = new ReadResp.Checkpoint();
  details.setCommitPosition(position);
  details.setPreparePosition(position);
  response.setCheckpoint(details);
  return response;
}

/** Waits while the client does not read as fast as we write. */
async function write(call: ServerWritableStream<ReadReq, ReadResp>, response: ReadResp): Promise<void> {
  if (call.cancelled || call.write(response)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      call.off('drain', done);
      call.off('cancelled', done);
      resolve();
    };
    call.once('drain', done);
    call.once('cancelled', done);
  });
}

function admit(metadata: Metadata, { faults, authorization, storage }: ServiceOptions): Storage {
  faults.calls++;
  if (faults.unavailable) throw rpcError(status.UNAVAILABLE, 'the double was told to be unavailable');
  const [given] = metadata.get('authorization');
  if (authorization !== null && given !== authorization) throw rpcError(status.UNAUTHENTICATED, 'Unauthenticated');
  return storage();
}
