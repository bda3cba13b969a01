import { chargerSeen } from '../charger-seen';
import type { Handler16 } from './handler16';

/** 1.6 §4.6. The one answer that is no receipt: it tells the time, and now. */
export const heartbeat: Handler16<'Heartbeat'> = (context) => ({
  response: { currentTime: context.receivedAt },
  events: chargerSeen(context),
  receipt: 'immediate',
});
