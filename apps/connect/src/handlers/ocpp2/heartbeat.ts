import { chargerSeen } from '../charger-seen';
import type { Handler2 } from './handler2';

/** 2.0.1 G02. The one answer that is no receipt: it tells the time, and now. */
export const heartbeat: Handler2<'Heartbeat'> = (context) => ({
  response: { currentTime: context.receivedAt },
  events: chargerSeen(context),
  receipt: 'immediate',
});
