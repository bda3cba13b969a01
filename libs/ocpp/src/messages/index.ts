export type { MessageInfo } from './message-info';
export { MESSAGES, messageInfo } from './messages';
export type { ActionOf, RequestOf, ResponseOf } from './payload-types';
