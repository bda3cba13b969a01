import type { NewEvent, StoredEvent, ExpectedRevision } from '@chargestream/event-store';
import { Empty, StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { AppendResp, ReadResp, type AppendReq, type BatchAppendReq } from '@eventstore/db-client/generated/streams_pb';

/** Positions of the embedded store are padded numbers; the protocol has two, which are the same here. */
export function positionOf(event: { position: string }): string {
  return String(BigInt(event.position));
}

export function fromPosition(position: string): string {
  return position.padStart(16, '0');
}

export function streamName(identifier: StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

export function identifierOf(stream: string): StreamIdentifier {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  return identifier;
}

/** A client's event, its JSON parsed: what is no JSON is not taken, as this project stores nothing else. */
export function newEvent(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): NewEvent {
  const metadata = Buffer.from(message.getCustomMetadata_asU8()).toString('utf8');
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    data: JSON.parse(Buffer.from(message.getData_asU8()).toString('utf8')),
    metadata: metadata === '' ? {} : (JSON.parse(metadata) as Record<string, unknown>),
  };
}

const TICKS_PER_MS = 10_000n;

export function readEvent(event: StoredEvent): ReadResp {
  const recorded = new ReadResp.ReadEvent.RecordedEvent();
  const id = new UUID();
  id.setString(event.id);
  recorded.setId(id);
  recorded.setStreamIdentifier(identifierOf(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(positionOf(event));
  recorded.setPreparePosition(positionOf(event));
  recorded.setData(Buffer.from(JSON.stringify(event.data)));
  recorded.setCustomMetadata(Buffer.from(JSON.stringify(event.metadata)));
  const metadata = recorded.getMetadataMap();
  metadata.set('type', event.type);
  metadata.set('content-type', 'application/json');
  metadata.set('created', String(BigInt(Date.parse(event.storedAt)) * TICKS_PER_MS));
  const read = new ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(positionOf(event));
  const response = new ReadResp();
  response.setEvent(read);
  return response;
}

export function appended(revision: number): AppendResp {
  const success = new AppendResp.Success();
  success.setCurrentRevision(String(revision));
  success.setNoPosition(new Empty());
  const response = new AppendResp();
  response.setSuccess(success);
  return response;
}

export function wrongExpected(expected: ExpectedRevision, actual: ExpectedRevision): AppendResp {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (actual === 'no-stream') wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(String(actual));
  if (expected === 'no-stream') wrong.setExpectedNoStream(new Empty());
  else wrong.setExpectedRevision(String(expected));
  const response = new AppendResp();
  response.setWrongExpectedVersion(wrong);
  return response;
}
