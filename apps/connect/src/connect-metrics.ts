import type { ProtocolVersion } from '@chargestream/contracts';
import type { Metrics } from '@chargestream/service-kit';

type Counted = { inc(value?: number): void };
type Timed = { observe(value: number): void };

/** A charger's own error codes are no labels: it may invent them. */
export type CallOutcome = 'answered' | 'error' | 'timed-out' | 'closed';

/** Counters of the hot path: the labelled children are looked up once. */
export class ConnectMetrics {
  private readonly inboundCounters = new Map<string, Counted>();
  private readonly receiptTimers = new Map<string, Timed>();
  private readonly inboundTotal;
  private readonly receiptSeconds;
  private readonly sentTotal;
  private readonly callSeconds;
  private readonly flappingTotal;
  private readonly connections;
  private readonly refusals;
  private readonly lostLogEntries;
  private readonly heldConnections;
  private readonly slowedTotal;

  constructor(metrics: Metrics) {
    this.inboundTotal = metrics.counter('ocpp_messages_total', 'CALLs from chargers, by action and outcome', [
      'action',
      'outcome',
    ]);
    this.receiptSeconds = metrics.histogram(
      'ocpp_receipt_seconds',
      'From a CALL of a charger to its answer, its events durable in between, by action',
      ['action'],
    );
    this.sentTotal = metrics.counter('ocpp_calls_sent_total', 'CALLs to chargers, by action and outcome', [
      'action',
      'outcome',
    ]);
    this.callSeconds = metrics.histogram(
      'ocpp_call_seconds',
      'From a CALL to a charger to its answer, by action',
      ['action'],
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    );
    this.flappingTotal = metrics.counter(
      'ocpp_flapping_total',
      'Reports of chargers whose connections take each other over again and again',
    );
    this.connections = metrics.gauge('ocpp_connections', 'Open connections to chargers', ['version']);
    this.refusals = metrics.counter('ocpp_refused_upgrades_total', 'Refused upgrades, by HTTP status', ['status']);
    this.lostLogEntries = metrics.counter('ocpp_message_log_lost_total', 'Frames that are missing in the message log');
    this.heldConnections = metrics.gauge('ocpp_held', 'Connections whose CALLs wait because the bus is behind');
    this.slowedTotal = metrics.counter('ocpp_slowed_total', 'Times that CALLs began to wait because the bus is behind');
  }

  /** Actions nobody knows count as one: a label per invented name would be a leak. */
  inbound(action: string, outcome: string): void {
    const label = outcome === 'NotImplemented' ? 'other' : action;
    const key = `${label} ${outcome}`;
    let counter = this.inboundCounters.get(key);
    if (!counter) this.inboundCounters.set(key, (counter = this.inboundTotal.labels({ action: label, outcome })));
    counter.inc();
  }

  /** How long a charger waited for its answer. */
  answered(action: string, seconds: number): void {
    let timer = this.receiptTimers.get(action);
    if (!timer) this.receiptTimers.set(action, (timer = this.receiptSeconds.labels({ action })));
    timer.observe(seconds);
  }

  /** A CALL to a charger is over. Only actions that a version knows are sent, so labels are few. */
  outbound(action: string, outcome: CallOutcome, seconds: number): void {
    this.sentTotal.labels({ action, outcome }).inc();
    if (outcome === 'answered') this.callSeconds.labels({ action }).observe(seconds);
  }

  flapping(): void {
    this.flappingTotal.inc();
  }

  connected(version: ProtocolVersion): void {
    this.connections.labels({ version }).inc();
  }

  disconnected(version: ProtocolVersion): void {
    this.connections.labels({ version }).dec();
  }

  refused(status: number): void {
    this.refusals.labels({ status: String(status) }).inc();
  }

  logEntriesLost(count: number): void {
    this.lostLogEntries.inc(count);
  }

  held(count: number): void {
    this.heldConnections.set(count);
  }

  slowed(): void {
    this.slowedTotal.inc();
  }
}
