import type { StreamingRead } from '@eventstore/db-client';

const ignore = () => undefined;

/**
 * The events of a read, of which a consumer may stop early. The client forgets a call only when its last message was taken, so
 * what is left is cancelled and let run out.
 */
export async function* eventsOf<E>(reading: StreamingRead<E>): AsyncIterable<E> {
  let ended = false;
  try {
    for await (const event of reading.iterator({ destroyOnReturn: false })) yield event as E;
    ended = true;
  } finally {
    if (!ended) {
      reading.on('error', ignore);
      void reading.cancel().catch(ignore);
      reading.resume();
    }
  }
}
