import type * as v16 from '../generated/1.6/types';
import type * as v201 from '../generated/2.0.1/types';
import type * as v21 from '../generated/2.1/types';
import type { OcppVersion } from '../versions';

interface MessagesByVersion {
  '1.6': v16.Messages;
  '2.0.1': v201.Messages;
  '2.1': v21.Messages;
}

/** Actions of a version: `ActionOf<'1.6'>` is `'Authorize' | 'BootNotification' | …`. */
export type ActionOf<V extends OcppVersion> = keyof MessagesByVersion[V] & string;

/** Payload of a request: `RequestOf<'1.6', 'Authorize'>` is `{ idTag: string }`. */
export type RequestOf<V extends OcppVersion, A extends ActionOf<V>> = MessagesByVersion[V][A] extends {
  request: infer R;
}
  ? R
  : never;

/** Payload of a response; `never` for a message sent as SEND. */
export type ResponseOf<V extends OcppVersion, A extends ActionOf<V>> = MessagesByVersion[V][A] extends {
  response: infer R;
}
  ? R
  : never;
