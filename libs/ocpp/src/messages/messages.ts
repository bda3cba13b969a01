import { MANIFEST } from '../generated/manifest';
import type { OcppVersion } from '../versions';
import type { MessageInfo } from './message-info';

/** Every message of every version this codec speaks: 1.6 has 28 and 11 of the security extension, 2.0.1 64, 2.1 91. */
export const MESSAGES: readonly MessageInfo[] = MANIFEST;

const byKey = new Map(MESSAGES.map((message) => [key(message.version, message.action), message]));

/** @returns undefined for an action the version does not have. */
export function messageInfo(version: OcppVersion, action: string): MessageInfo | undefined {
  return byKey.get(key(version, action));
}

function key(version: OcppVersion, action: string): string {
  return `${version}/${action}`;
}
