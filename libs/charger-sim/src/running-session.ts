import type { ChargingCurve } from './charging-curve';
import { pause, type Clock } from './clock';
import type { SessionFacts, SessionMoment } from './dialects';
import type { SessionPhase } from './journal';
import type { StopCause } from './message';

/** When samples are taken: every so many simulated seconds, or as soon as the server took the one before. */
export type Sampling = { kind: 'interval'; intervalS: () => number } | { kind: 'asap' };

export interface RunningSessionOptions {
  facts: SessionFacts;
  curve: ChargingCurve;
  clock: Clock;
  /** Simulated seconds in a real one. */
  speed: number;
  sampling: Sampling;
  /** Simulated seconds after which the driver comes back. */
  durationS: number;
  departure: StopCause;
  /** Charger's time, unique within the charger. */
  timestamp(): string;
  isOffline(): boolean;
  emit(moment: SessionMoment): void;
  /** Resolves when everything emitted so far was acknowledged, or the signal aborts. */
  caughtUp(signal: AbortSignal): Promise<void>;
}

/** With MeterValueSampleInterval 0 there are no samples, but the driver still comes back some time. */
const UNSAMPLED_STEP_S = 60;
/** No sample timer runs faster than this, whatever the time lapse. */
const SHORTEST_INTERVAL_MS = 20;

/** A car at an outlet, from the first to the last message about it. */
export class RunningSession {
  private readonly ending = new AbortController();
  private stopCause: StopCause | null = null;
  private lastAdvanceMs: number;
  /** When it began, by `clock`. */
  readonly startedMs: number;
  /** Resolves when the last message about the session was emitted. */
  readonly done: Promise<StopCause>;

  constructor(private readonly options: RunningSessionOptions) {
    this.startedMs = this.lastAdvanceMs = options.clock.now();
    this.emit('start');
    this.emit('change');
    this.done = this.run();
  }

  get facts(): SessionFacts {
    return this.options.facts;
  }

  get curve(): ChargingCurve {
    return this.options.curve;
  }

  /** The first cause counts. */
  stop(cause: StopCause): void {
    if (this.stopCause !== null) return;
    this.stopCause = cause;
    this.ending.abort();
  }

  private async run(): Promise<StopCause> {
    const { clock, durationS, speed, departure, curve } = this.options;
    const departsAtMs = clock.now() + (durationS * 1000) / speed;
    while (this.stopCause === null) {
      const wantsSample = await this.nextSampleTime(departsAtMs);
      this.advance();
      if (this.stopCause !== null) break;
      if (clock.now() >= departsAtMs) this.stop(departure);
      else if (curve.isFull) this.stop('full');
      else if (wantsSample) this.emit('sample');
    }
    this.emit('stop');
    return this.stopCause!;
  }

  /** @returns whether a sample is due then */
  private async nextSampleTime(departsAtMs: number): Promise<boolean> {
    const { sampling, clock, speed, caughtUp } = this.options;
    if (sampling.kind === 'asap') {
      await caughtUp(this.ending.signal);
      // One turn of the event loop: a server that answers at once must not keep timers from running.
      await pause(clock, 0, this.ending.signal);
      return true;
    }
    const intervalS = sampling.intervalS();
    const waitMs = Math.max(SHORTEST_INTERVAL_MS, ((intervalS || UNSAMPLED_STEP_S) * 1000) / speed);
    const leftMs = Math.max(0, departsAtMs - clock.now());
    await pause(clock, Math.min(waitMs, leftMs), this.ending.signal);
    return intervalS > 0;
  }

  private advance(): void {
    const nowMs = this.options.clock.now();
    this.options.curve.advance((Math.max(0, nowMs - this.lastAdvanceMs) / 1000) * this.options.speed);
    this.lastAdvanceMs = nowMs;
  }

  /** Takes a sample out of turn, as TriggerMessage asks for. */
  sampleNow(): void {
    if (this.stopCause !== null) return;
    this.advance();
    this.emit('sample');
  }

  private emit(phase: SessionPhase): void {
    const { curve, isOffline, timestamp, emit } = this.options;
    emit({
      phase,
      at: timestamp(),
      reading: curve.read(),
      offline: isOffline(),
      ...(phase === 'stop' && { stopCause: this.stopCause ?? 'user' }),
    });
  }
}
