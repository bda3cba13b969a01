import type { StreamingRead } from '@eventstore/db-client';
import { within } from './within';

const ignore = () => undefined;

/**
 * The events of a read, of which a consumer may stop early. The client forgets a call only when its last message was taken, so
 * what is left is cancelled and let run out.
 * @param waitMs how long each event may take; the client gives a read no deadline, whatever it is told
 */
export async function* eventsOf<E>(reading: StreamingRead<E>, waitMs: number): AsyncIterable<E> {
  let ended = false;
  const iterator = reading.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const next = (await within(() => iterator.next(), waitMs)) as IteratorResult<E>;
      if (next.done) break;
      yield next.value;
    }
    ended = true;
  } finally {
    if (!ended) {
      reading.on('error', ignore);
      void reading.cancel().catch(ignore);
      reading.resume();
    }
  }
}
