import type { ActionOf, RequestOf, ResponseOf } from '@chargestream/ocpp';
import type { Handler } from '../handler';

/** A handler of one 1.6 message from the charger. */
export type Handler16<Action extends ActionOf<'1.6'>> = Handler<RequestOf<'1.6', Action>, ResponseOf<'1.6', Action>>;
