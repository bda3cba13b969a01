import type { ActionOf, RequestOf, ResponseOf } from '@chargestream/ocpp';
import type { Handler } from '../handler';

type SharedAction = ActionOf<'2.0.1'> & ActionOf<'2.1'>;

/** A handler of one message that 2.0.1 and 2.1 share: it reads what either sends and answers what both allow. */
export type Handler2<Action extends SharedAction> = Handler<
  RequestOf<'2.0.1', Action> | RequestOf<'2.1', Action>,
  ResponseOf<'2.0.1', Action>
>;
