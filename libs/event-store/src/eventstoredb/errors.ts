import { AccessDeniedError } from '@eventstore/db-client';
import { StoreUnavailableError } from '../port';

/** What the client threw, as the port has it: nobody knows whether the call had its effect, so it is to be repeated. */
export function unavailable(error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  return new StoreUnavailableError(sentence(error), { cause: error });
}

function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/unauthenticated/i.test(message)) {
    return 'EventStoreDB does not take our name and password: set EVENTSTORE_USERNAME and EVENTSTORE_PASSWORD.';
  }
  if (error instanceof AccessDeniedError || /permission_denied|access ?denied/i.test(message)) {
    return 'EventStoreDB does not let this user do that: it must read $all (group $admins, or an ACL) and append.';
  }
  if (/certificate/i.test(message)) {
    return `EventStoreDB has a certificate that is not trusted: set EVENTSTORE_CA_FILE to its authority's. (${message})`;
  }
  return `EventStoreDB does not answer: ${message}`;
}
