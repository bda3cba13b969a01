import { NotLeaderError } from '@eventstore/db-client';

const ATTEMPTS = 3;

/**
 * Asks again when a node answers that it does not lead: it did nothing, and the client has learned from it who leads.
 * @throws what the call throws
 */
export async function atLeader<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isNotLeader(error) || attempt === ATTEMPTS) throw error;
      await turn();
    }
  }
}

/** The same for what is read one by one: only the first may be refused. */
export async function* readAtLeader<Item>(read: () => AsyncIterable<Item>): AsyncIterable<Item> {
  for (let attempt = 1; ; attempt++) {
    let begun = false;
    try {
      for await (const item of read()) {
        begun = true;
        yield item;
      }
      return;
    } catch (error) {
      if (begun || !isNotLeader(error) || attempt === ATTEMPTS) throw error;
      await turn();
    }
  }
}

function isNotLeader(error: unknown): boolean {
  return error instanceof NotLeaderError || (error instanceof Error && error.cause instanceof NotLeaderError);
}

/** The client changes its connection a moment after it tells of the error. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
