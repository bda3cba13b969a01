import { StoreUnavailableError } from '../port';

/** What the client threw, as the port has it: nobody knows whether the call had its effect, so it is to be repeated. */
export function unavailable(error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  return new StoreUnavailableError(sentence(error), { cause: error });
}

function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/unauthenticated|access ?denied/i.test(message)) {
    return 'EventStoreDB does not take our name and password: set EVENTSTORE_USERNAME and EVENTSTORE_PASSWORD.';
  }
  return `EventStoreDB does not answer: ${message}`;
}
