import type { Credentials } from '@eventstore/db-client';

export interface ConnectionOptions {
  url: string;
  username?: string;
  password?: string;
  caFile?: string;
}

/** The client takes everything from the connection string; what is given apart goes into it. */
export function connectionString({ url, username, password = '', caFile }: ConnectionOptions): string {
  const named = username === undefined ? url : withCredentials(url, username, password);
  if (caFile === undefined) return named;
  return `${named}${named.includes('?') ? '&' : '?'}tlsCAFile=${encodeURIComponent(caFile)}`;
}

function withCredentials(url: string, username: string, password: string): string {
  const own = `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  return url.replace(/^(esdb(?:\+discover)?:\/\/)(?:[^@/]*@)?/, (_all, scheme: string) => scheme + own);
}

export function credentialsIn(url: string): Credentials | null {
  const [, username, password] = /^esdb(?:\+discover)?:\/\/([^:@/]+):([^@/]*)@/.exec(url) ?? [];
  if (username === undefined || password === undefined) return null;
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
