import { pause } from '../clock';
import type { FaultOrder } from '../faults';
import type { Payload } from '../message';
import type { SimulatedChargerOptions } from '../options';
import { seededRandom } from '../random';
import type { ReceivedCall } from '../scripted-charger';
import { SimulatedCharger } from '../simulated-charger';
import type { Equipment } from '../v16/equipment';

/** How a charge by a driver began. */
export type StartOutcome =
  { kind: 'started'; transactionId: number | null } | { kind: 'refused' } | { kind: 'occupied' };

export type DrivenChargerOptions = Omit<SimulatedChargerOptions, 'random'> & {
  /** Of everything left to chance; the chargerId unless given. */
  seed?: number | string;
};

/** A day and more: the driver leaves when the script says so. */
const UNTIL_TOLD_S = 7 * 24 * 3600;
/** How often a script looks again while it waits for something, simulated by the charger's clock. */
const LOOK_AGAIN_MS = 10;

/** The run is over while a verb still waits. */
export class ScriptEnded extends Error {
  override readonly name = 'ScriptEnded';
}

/**
 * The verbs of a script: what drivers, the network and the owner do to a simulated charger. What the server commands, the
 * charger does by itself. Every verb resolves when it has happened.
 */
export class DrivenCharger {
  /** @param signal ends every wait; verbs then throw ScriptEnded */
  constructor(
    readonly charger: SimulatedCharger,
    private readonly signal?: AbortSignal,
  ) {}

  get chargerId(): string {
    return this.charger.chargerId;
  }

  /** What is in it: configuration keys, local list, cache, profiles, reservations, certificates, firmware and logs (1.6). */
  get equipment(): Equipment {
    return this.charger.equipment;
  }

  /** Connects, boots, and resolves when the server accepted. */
  async boot(): Promise<void> {
    this.charger.start();
    await this.charger.online(this.signal);
  }

  /** A car is connected: Preparing. */
  plugIn(connectorId: number): Promise<void> {
    this.charger.plugIn(connectorId);
    return Promise.resolve();
  }

  /** The driver shows a token: it is authorized and a transaction starts. Resolves when the server took the start, or no. */
  async start(connectorId: number, idToken: string, { startSoc = 0.2 } = {}): Promise<StartOutcome> {
    const charge = this.charger.charge({ connectorId, idToken, durationS: UNTIL_TOLD_S, startSoc, departure: 'user' });
    let early: StartOutcome | null = null;
    void charge.then((outcome) => {
      if (outcome.kind !== 'ended') early = { kind: outcome.kind };
    });
    await this.until(() => early !== null || this.charger.sessionAt(connectorId) !== undefined);
    if (early !== null) return early;
    const { facts } = this.charger.sessionAt(connectorId)!;
    // Offline the start waits in the queue, and the number with it.
    await this.until(
      () => facts.transactionId !== null || !this.charger.isOnline || !this.charger.owes(facts.sessionRef),
    );
    return { kind: 'started', transactionId: facts.transactionId };
  }

  /** The driver shows the token again. Resolves when the server took the stop, or the charger is offline. */
  async stop(connectorId: number): Promise<void> {
    await this.endSession(connectorId, 'user');
  }

  /** The car leaves; a session ends with EVDisconnected. */
  async unplug(connectorId: number): Promise<void> {
    this.charger.unplug(connectorId);
    await this.endSession(connectorId, 'unplugged');
  }

  /** The transactionId of the session at a connector; null before the server told it, undefined without a session. */
  transactionAt(connectorId: number): number | null | undefined {
    return this.charger.sessionAt(connectorId)?.facts.transactionId;
  }

  /** Takes a meter reading at once and sends it. */
  sample(connectorId: number): void {
    this.charger.sessionAt(connectorId)?.sampleNow();
  }

  goOffline(): void {
    this.charger.loseNetwork();
  }

  async goOnline(): Promise<void> {
    this.charger.findNetwork();
    await this.charger.online(this.signal);
  }

  /** A hardware fault at a connector, or its repair with NoError. */
  fault(connectorId: number, errorCode: string): void {
    this.charger.breakDown(connectorId, errorCode);
  }

  /** Sends any message of its own. @returns the answer, or null when there was none */
  send(action: string, payload: Payload): Promise<Payload | null> {
    return this.charger.send(action, payload);
  }

  /** Does wrong what it is told to. @returns takes the order back */
  order(fault: FaultOrder): () => void {
    return this.charger.faults.order(fault);
  }

  /** Its clock is off by so many milliseconds from now on. */
  setClockOffset(offsetMs: number): void {
    this.charger.faults.clockOffsetMs = offsetMs;
  }

  /** The server's CALLs of an action so far, oldest first. */
  received(action: string): readonly ReceivedCall[] {
    return this.charger.receivedCalls.filter((call) => call.action === action);
  }

  /** Waits until the server has called this action `count` times since the charger was made. */
  async commanded(action: string, count = 1): Promise<ReceivedCall> {
    await this.until(() => this.received(action).length >= count);
    return this.received(action)[count - 1]!;
  }

  /** Simulated seconds. */
  wait(seconds: number): Promise<void> {
    return this.charger.wait(seconds, this.signal);
  }

  /** Resolves when the server took every message of transactions. */
  drained(): Promise<void> {
    return this.charger.drained(this.signal);
  }

  /** Waits for something about the charger, as long as it takes. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.signal?.aborted) throw new ScriptEnded();
      await pause(this.charger.clock, LOOK_AGAIN_MS, this.signal);
    }
  }

  /** Ends sessions, delivers what is owed and closes. */
  close({ graceMs = 5_000 } = {}): Promise<void> {
    return this.charger.stop({ graceMs });
  }

  private async endSession(connectorId: number, cause: 'user' | 'unplugged'): Promise<void> {
    const session = this.charger.sessionAt(connectorId);
    if (!session) return;
    session.stop(cause);
    await session.done;
    await this.until(() => !this.charger.isOnline || !this.charger.owes(session.facts.sessionRef));
  }
}

/** A charger to be driven by a script or a test, not yet connected: call `boot()`. Does not boot on mere reconnects. */
export function driveCharger({ seed, ...options }: DrivenChargerOptions): DrivenCharger {
  const random = seededRandom(seed ?? options.chargerId);
  return new DrivenCharger(new SimulatedCharger({ bootsOnReconnect: 0, minBackoffMs: 50, ...options, random }));
}
