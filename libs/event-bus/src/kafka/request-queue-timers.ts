interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  scheduleCheckPendingRequests(): void;
}

let done = false;

/**
 * kafkajs sets a timer after every answer, with a negative time when nothing waits: newer versions of Node warn of it
 * (TimeoutNegativeWarning). Here the timer is set only when there is something to look after.
 */
export function stopNegativeTimers(): void {
  if (done) return;
  done = true;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- not part of kafkajs's types
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
}
