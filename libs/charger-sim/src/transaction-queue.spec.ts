import { ManualClock } from './testing/manual-clock';
import { TransactionQueue, type DeliveryFailure, type TransactionMessage } from './transaction-queue';

class Failure extends Error {
  constructor(readonly kind: DeliveryFailure) {
    super(kind);
  }
}

function setUp(attempts = 3) {
  const clock = new ManualClock();
  const log: string[] = [];
  /** What happens to the attempts to come; without a plan they succeed. */
  const plan: DeliveryFailure[] = [];
  const queue = new TransactionQueue({
    clock,
    attempts: () => attempts,
    retryIntervalMs: () => 1_000,
    classify: (error) => (error as Failure).kind,
    deliver: async (message) => {
      log.push(`try ${message.action}`);
      const failure = plan.shift();
      if (failure) throw new Failure(failure);
      return {};
    },
  });
  const message = (action: string): TransactionMessage => ({
    action,
    sessionRef: 's',
    payload: () => ({}),
    acknowledged: () => log.push(`ack ${action}`),
    refused: () => log.push(`refused ${action}`),
  });
  return { clock, log, plan, queue, message };
}

describe('transaction queue', () => {
  it('holds messages while offline and delivers them in order, one at a time', async () => {
    const { clock, log, queue, message } = setUp();
    for (const action of ['a', 'b', 'c']) queue.push(message(action));
    await clock.runUntil(() => true);
    expect(log).toEqual([]);
    queue.online();
    await queue.drained();
    expect(log).toEqual(['try a', 'ack a', 'try b', 'ack b', 'try c', 'ack c']);
  });

  it('sends again what was not acknowledged when the connection broke, before anything newer, however often', async () => {
    const { clock, log, plan, queue, message } = setUp();
    plan.push('disconnected', 'disconnected', 'disconnected', 'disconnected', 'disconnected');
    queue.online();
    queue.push(message('a'));
    queue.push(message('b'));
    await clock.runUntil(() => queue.length === 0);
    expect(log.filter((line) => line === 'try a')).toHaveLength(6);
    expect(log.slice(-3)).toEqual(['ack a', 'try b', 'ack b']);
  });

  it('stops in the middle when offline, and goes on where it stopped', async () => {
    const { clock, log, plan, queue, message } = setUp();
    plan.push('disconnected');
    queue.online();
    queue.push(message('a'));
    queue.offline();
    await clock.runUntil(() => clock.pendingTimers === 0 && log.length === 1);
    expect(queue.pending.map(({ action }) => action)).toEqual(['a']);
    queue.online();
    await clock.runUntil(() => queue.length === 0);
    expect(log).toEqual(['try a', 'try a', 'ack a']);
  });

  it('repeats an unanswered message for ever, a refused one as often as configured', async () => {
    const { clock, log, plan, queue, message } = setUp(2);
    plan.push('unanswered', 'unanswered', 'unanswered', 'refused', 'refused');
    queue.online();
    queue.push(message('a'));
    queue.push(message('b'));
    await clock.runUntil(() => queue.length === 0);
    expect(log.filter((line) => line === 'try a')).toHaveLength(5);
    expect(log.slice(-3)).toEqual(['refused a', 'try b', 'ack b']);
  });

  it('stops waiting to be drained when told to', async () => {
    const { queue, message } = setUp();
    queue.push(message('a'));
    const enough = new AbortController();
    const drained = queue.drained(enough.signal);
    enough.abort();
    await drained;
    expect(queue.length).toBe(1);
  });
});
