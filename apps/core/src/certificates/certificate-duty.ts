import {
  commandStream,
  eventId,
  STREAM_PREFIXES,
  type OperationFact,
  type OperationStarted,
  type StoredMetadata,
} from '@chargestream/contracts';
import { SigningRefused, type CertificateSigner, type SignedCertificate } from '@chargestream/certificates';
import { commandDecider } from '@chargestream/domain';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import type { Logger } from '@chargestream/service-kit';
import { AggregateStore } from '../aggregates/aggregate-store';
import { decideAndAppend } from '../aggregates/unit-of-work';
import type { Duty, RunningDuty } from '../commands/duty';
import type { Timers } from '../timers';
import { certificateCommandId, certificateSigned } from './certificate-signed';
import { renewalDecider, type RenewalCommand } from './renewal';

export interface CertificateDutyOptions {
  store: EventStore;
  signer: CertificateSigner;
  timers: Timers;
  clock: () => number;
  pause: (ms: number) => Promise<void>;
  logger: Logger | undefined;
}

/** A renewal that waits for its certificate. */
interface Tracked {
  readonly stream: string;
  readonly started: OperationStarted;
  /** Place in the store before it began: a follower that begins there sees all of it. */
  readonly before: string | null;
  readonly metadata: StoredMetadata;
  attempts: number;
  cancelTimer: () => void;
}

/** Gets the certificates signed that chargers ask for, and sends them; once, whoever leads. */
export function certificateDuty(options: CertificateDutyOptions): Duty {
  return {
    name: 'certificates',
    streamPrefixes: [STREAM_PREFIXES.operations],
    begin: (from) => new RunningRenewals(options, from),
  };
}

/** Between attempts while the signer is away: longer each time, up to the last. */
const RETRY_AFTER_MS = [2_000, 5_000, 15_000, 60_000, 300_000];
const AGGREGATES = 100;

class RunningRenewals implements RunningDuty {
  /** By operationId, in the order in which they began. */
  private readonly tracked = new Map<string, Tracked>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly storing = new Set<Promise<void>>();
  /** Of its own: others keep other states of the same streams. */
  private readonly aggregates: AggregateStore;
  private closed = false;

  constructor(
    private readonly options: CertificateDutyOptions,
    private position: string | null,
  ) {
    this.aggregates = new AggregateStore(options.store, AGGREGATES);
  }

  follow(events: readonly StoredEvent[]): void {
    const begun: Tracked[] = [];
    for (const event of events) {
      const fact = { type: event.type, data: event.data } as OperationFact;
      if (fact.type === 'OperationStarted' && fact.data.kind === 'CERTIFICATE_RENEWAL') {
        begun.push(this.track(event, fact.data));
      }
      if (fact.type === 'CertificateIssued' || fact.type === 'OperationEnded') this.release(fact.data.operationId);
      this.position = event.position;
    }
    for (const tracked of begun) this.begin(tracked);
  }

  checkpoint(): string | null {
    const [oldest] = this.tracked.values();
    return oldest === undefined ? this.position : oldest.before;
  }

  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { cancelTimer } of this.tracked.values()) cancelTimer();
    // The signer may take long; what it says then is for nobody, and whoever leads next asks it again.
    await Promise.allSettled(this.storing);
  }

  private track({ stream, metadata }: StoredEvent, started: OperationStarted): Tracked {
    const about = metadata as unknown as StoredMetadata;
    const before = this.position;
    const tracked = { stream, started, before, metadata: about, attempts: 0, cancelTimer: () => undefined };
    this.tracked.set(started.operationId, tracked);
    return tracked;
  }

  private release(operationId: string): void {
    this.tracked.get(operationId)?.cancelTimer();
    this.tracked.delete(operationId);
  }

  private begin(tracked: Tracked): void {
    const { operationId } = tracked.started;
    if (this.closed || this.tracked.get(operationId) !== tracked) return;
    const done: Promise<void> = this.renew(tracked)
      .catch((error: unknown) => {
        if (this.closed || this.tracked.get(operationId) !== tracked) return;
        const delayMs = RETRY_AFTER_MS[Math.min(tracked.attempts, RETRY_AFTER_MS.length - 1)] as number;
        tracked.attempts += 1;
        const { tenantId, chargerId } = tracked.metadata;
        this.options.logger?.warn({ err: error, tenantId, chargerId, delayMs }, 'a certificate waits for its signer');
        tracked.cancelTimer = this.options.timers.after(delayMs, () => this.begin(tracked));
      })
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  private async renew(tracked: Tracked): Promise<void> {
    // What a leader before this one did about it may lie further on.
    const { state } = await this.aggregates.load(renewalDecider, tracked.stream, 'newest');
    if ((state as typeof renewalDecider.initialState).get(tracked.started.operationId) !== 'asked') return;
    const { detail, operationId } = tracked.started;
    const { tenantId, chargerId } = tracked.metadata;
    const certificateType = typeOf(detail.certificateType);
    try {
      const csrPem = typeof detail.csr === 'string' ? detail.csr : '';
      const signed = await this.options.signer.sign({ tenantId, chargerId, csrPem, certificateType, operationId });
      await this.store(tracked, { kind: 'issued', certificate: issued(operationId, signed) }, signed.chainPem);
    } catch (error) {
      if (!(error instanceof SigningRefused)) throw error;
      await this.store(tracked, { kind: 'refused', operationId, why: error.message }, null);
    }
  }

  private async store(...what: Parameters<RunningRenewals['append']>): Promise<void> {
    if (this.closed) return;
    const done = this.append(...what);
    this.storing.add(done);
    await done.finally(() => this.storing.delete(done));
  }

  /** The command goes into the store before the fact: whoever finds the fact need not look for the command. */
  private async append(
    { stream, started, metadata: about }: Tracked,
    command: RenewalCommand,
    chainPem: string | null,
  ): Promise<void> {
    const { operationId, detail } = started;
    const at = new Date(this.options.clock()).toISOString();
    const metadata: StoredMetadata = {
      ...{ tenantId: about.tenantId, chargerId: about.chargerId, correlationId: about.correlationId },
      ...{ causationId: eventId('certificate-renewal', operationId), ocppVersion: about.ocppVersion },
      ...{ connectionEpoch: null, ocppMessageId: null, occurredAt: at, receivedAt: at, schemaVersion: 1 },
    };
    await decideAndAppend(this.aggregates, this.options.pause, async (unit) => {
      const facts = await unit.decide(renewalDecider, stream, command, metadata);
      if (!Array.isArray(facts) || facts.length === 0 || chainPem === null) return;
      const intent = certificateSigned({ operationId, chainPem, detail }, metadata);
      await unit.decide(commandDecider, commandStream(intent.id), { kind: 'request', intent }, metadata);
    });
  }
}

function issued(operationId: string, { chainPem, ...certificate }: SignedCertificate) {
  return { operationId, certificateChain: chainPem, ...certificate, commandId: certificateCommandId(operationId) };
}

function typeOf(text: unknown): 'ChargingStationCertificate' | 'V2GCertificate' | null {
  return text === 'ChargingStationCertificate' || text === 'V2GCertificate' ? text : null;
}
