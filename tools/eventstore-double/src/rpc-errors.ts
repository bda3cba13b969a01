import { Metadata, status } from '@grpc/grpc-js';
import { StoreUnavailableError } from '@chargestream/event-store';

export function rpcError(code: status, message: string, metadata = new Metadata()): Error {
  return Object.assign(new Error(message), { code, details: message, metadata });
}

/** Where the leader is stands in the trailers, as EventStoreDB has it. */
export function notLeader(host: string, port: number): Error {
  const metadata = new Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', host);
  metadata.set('leader-endpoint-port', String(port));
  return rpcError(status.NOT_FOUND, `Leader info available: ${host}:${port}`, metadata);
}

/** What a call ends with: an error of the protocol as it is, anything else as one. */
export function failure(error: unknown): Error {
  if (error instanceof Error && 'code' in error && 'metadata' in error) return error;
  const code = error instanceof StoreUnavailableError ? status.UNAVAILABLE : status.UNKNOWN;
  return rpcError(code, error instanceof Error ? error.message : String(error));
}
