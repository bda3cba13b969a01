import { createHash } from 'node:crypto';
import { eventId, snapshotStream } from '@chargestream/contracts';
import { stateFromJson, stateToJson } from '@chargestream/domain';
import { WrongExpectedRevisionError, type EventStore, type ExpectedRevision } from '@chargestream/event-store';
import type { Logger } from '@chargestream/service-kit';

/** The data of an `AggregateSnapshot` event. */
interface SnapshotData {
  stream: string;
  /** Of the last event in the state. */
  revision: number;
  /** Id of that event: a store that was restored from a backup may have another one there. */
  lastEventId: string;
  stateVersion: number;
  state: unknown;
  /** SHA-256 of the state as JSON. */
  checksum: string;
}

/** Where the snapshots of a stream stand. Shared by all copies of a loaded aggregate. */
export interface SnapshotMark {
  /** Of the last event in the newest usable snapshot; -1 when there is none. */
  revision: number;
  /** Of the snapshots' own stream. */
  ownRevision: ExpectedRevision;
  isWriting: boolean;
}

export interface FoundSnapshot {
  state: unknown;
  revision: number;
  lastEventId: string;
}

const NO_MARK = (): SnapshotMark => ({ revision: -1, ownRevision: 'no-stream', isWriting: false });

/**
 * Keeps copies of the states of long streams, so that a cold one need not be read whole. Copies and nothing more:
 * whatever is missing, of another version or unreadable is passed over, and a failed write is tried again later.
 */
export class Snapshots {
  private readonly writing = new Set<Promise<void>>();

  /** `every`: events of a stream between snapshots. */
  constructor(
    private readonly store: EventStore,
    private readonly every: number,
    private readonly logger?: Logger,
  ) {}

  /** @throws StoreUnavailableError when the store cannot be read. */
  async newest(stream: string, stateVersion: number): Promise<{ mark: SnapshotMark; found: FoundSnapshot | null }> {
    const mark = NO_MARK();
    const newest = this.store.readStream(snapshotStream(stream), { direction: 'backwards', limit: 1 });
    for await (const event of newest) {
      mark.ownRevision = event.revision;
      try {
        const {
          stream: of,
          revision,
          lastEventId,
          state,
          stateVersion: version,
          checksum,
        } = event.data as SnapshotData;
        if (of !== stream || version !== stateVersion || !Number.isSafeInteger(revision) || revision < 0) continue;
        if (checksumOf(state) !== checksum) throw new Error('The state is not the one that was written.');
        return { mark, found: { state: stateFromJson(state), revision, lastEventId } };
      } catch (error) {
        this.logger?.warn({ err: error, stream }, 'a snapshot cannot be read; reading the whole stream');
      }
    }
    return { mark, found: null };
  }

  /** To be called after an append; returns at once. */
  afterAppend(stream: string, mark: SnapshotMark, stateVersion: number, last: FoundSnapshot): void {
    if (last.revision - mark.revision < this.every || mark.isWriting) return;
    mark.isWriting = true;
    const write = this.write(stream, mark, stateVersion, last).finally(() => {
      mark.isWriting = false;
      // After a failure too: not with every append, but when as many events have come again.
      mark.revision = last.revision;
      this.writing.delete(write);
    });
    this.writing.add(write);
  }

  /** Resolves when no write is under way. */
  async idle(): Promise<void> {
    while (this.writing.size > 0) await Promise.all(this.writing);
  }

  private async write(stream: string, mark: SnapshotMark, stateVersion: number, last: FoundSnapshot): Promise<void> {
    try {
      const { revision, lastEventId } = last;
      const state = stateToJson(last.state);
      const checksum = checksumOf(state);
      const data: SnapshotData = { stream, revision, lastEventId, stateVersion, state, checksum };
      const id = eventId('snapshot', stream, lastEventId, stateVersion);
      const event = { id, type: 'AggregateSnapshot', data, metadata: {} };
      mark.ownRevision = (await this.store.append(snapshotStream(stream), [event], mark.ownRevision)).revision;
      // Only the newest is ever read.
      await this.store.keepNewest(snapshotStream(stream), 1);
    } catch (error) {
      if (error instanceof WrongExpectedRevisionError) mark.ownRevision = error.actual;
      this.logger?.warn({ err: error, stream }, 'a snapshot could not be written; the stream stays readable without');
    }
  }
}

function checksumOf(state: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(state) ?? '')
    .digest('hex');
}
