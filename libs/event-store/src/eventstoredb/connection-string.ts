import { accessSync, constants } from 'node:fs';
import { EventStoreDBClient, type Credentials } from '@eventstore/db-client';

export interface ConnectionOptions {
  url: string;
  username?: string;
  password?: string;
  caFile?: string;
}

/**
 * The client, and the credentials that its calls carry (null: none were given).
 * @throws Error with a sentence that shows no password
 */
export function connect(options: ConnectionOptions): { client: EventStoreDBClient; credentials: Credentials | null } {
  checkCaFile(options.caFile);
  try {
    const url = connectionString(options);
    return { client: EventStoreDBClient.connectionString(url), credentials: credentialsIn(url) };
  } catch {
    // What the client says of it quotes the text, and so may quote the password.
    throw new Error(
      'EVENTSTORE_URL is no connection string of EventStoreDB: give esdb://host:2113?tls=true, or esdb+discover://…; ' +
        'a name and password in it are percent-encoded, or given apart as EVENTSTORE_USERNAME and EVENTSTORE_PASSWORD.',
    );
  }
}

/** The client takes everything from the connection string; what is given apart goes into it. */
function connectionString({ url, username, password, caFile }: ConnectionOptions): string {
  const named = username === undefined ? url : withCredentials(url, username, password ?? '');
  if (caFile === undefined) return named;
  return `${named}${named.includes('?') ? '&' : '?'}tlsCAFile=${encodeURIComponent(caFile)}`;
}

function withCredentials(url: string, username: string, password: string): string {
  if (username === '' || password === '') throw new Error('The client takes no empty name or password.');
  const own = `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  return url.replace(/^(esdb(?:\+discover)?:\/\/)(?:[^@/]*@)?/, (_all, scheme: string) => scheme + own);
}

function credentialsIn(url: string): Credentials | null {
  const [, username, password] = /^esdb(?:\+discover)?:\/\/([^:@/]+):([^@/]+)@/.exec(url) ?? [];
  if (username === undefined || password === undefined) return null;
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

function checkCaFile(caFile: string | undefined): void {
  if (caFile === undefined) return;
  try {
    accessSync(caFile, constants.R_OK);
  } catch (cause) {
    throw new Error(`EVENTSTORE_CA_FILE cannot be read: ${caFile}`, { cause });
  }
}
