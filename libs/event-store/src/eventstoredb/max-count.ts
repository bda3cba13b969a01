import {
  BACKWARDS,
  END,
  jsonEvent,
  NO_STREAM,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type Credentials,
  type EventStoreDBClient,
  type JSONEventType,
} from '@eventstore/db-client';
import { eventsOf } from './reading';
import { within } from './within';

type Metadata = Record<string, unknown>;

const ATTEMPTS = 5;
const REMEMBERED = 10_000;

/**
 * Sets `$maxCount` in the metadata of streams and leaves what else stands there (who may read, say). Written once for a stream, not
 * with every call.
 */
export class MaxCount {
  private readonly known = new Map<string, number>();

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly credentials: Credentials,
    private readonly waitMs: number,
  ) {}

  async set(stream: string, count: number): Promise<void> {
    if (this.known.get(stream) === count) return;
    for (let attempt = 1; ; attempt++) {
      const { metadata, revision } = await this.read(stream);
      if (metadata['$maxCount'] === count) break;
      try {
        await this.write(stream, { ...metadata, $maxCount: count }, revision);
        break;
      } catch (error) {
        if (!(error instanceof WrongExpectedVersionError) || attempt === ATTEMPTS) throw error;
      }
    }
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(stream, count);
  }

  private async read(stream: string): Promise<{ metadata: Metadata; revision: AppendExpectedRevision }> {
    const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true } as const;
    try {
      for await (const { event } of eventsOf(this.client.readStream(`$$${stream}`, options), this.waitMs)) {
        if (event === undefined) continue;
        const isObject = event.isJson && typeof event.data === 'object' && event.data !== null;
        return { metadata: isObject ? (event.data as Metadata) : {}, revision: event.revision };
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return { metadata: {}, revision: NO_STREAM };
  }

  private async write(stream: string, metadata: Metadata, expectedRevision: AppendExpectedRevision): Promise<void> {
    const event = jsonEvent<JSONEventType>({ type: '$metadata', data: metadata as JSONEventType['data'] });
    const options = { expectedRevision, credentials: this.credentials, deadline: this.waitMs, requiresLeader: true };
    await within(() => this.client.appendToStream(`$$${stream}`, event, options), this.waitMs);
  }
}
