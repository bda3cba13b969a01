import { driveCharger, type DrivenCharger, type DrivenChargerOptions } from '../driving/driven-charger';
import type { Payload } from '../message';
import { TestCsms } from './test-csms';

/** A test server and one driven 1.6 charger, at a hundred simulated seconds in a real one. */
export class DrivenDepot {
  readonly csms = new TestCsms();
  charger!: DrivenCharger;

  async open(options: Partial<DrivenChargerOptions> = {}): Promise<DrivenCharger> {
    await this.csms.start();
    this.charger = driveCharger({ url: this.csms.url, chargerId: 'CP-1', version: '1.6', speed: 100, ...options });
    await this.charger.boot();
    await this.until(() => this.csms.peers.has('CP-1'));
    return this.charger;
  }

  async close(): Promise<void> {
    await this.charger.close({ graceMs: 2_000 });
    await this.csms.kill();
  }

  /** A command of the server. */
  command(action: string, payload: Payload = {}): Promise<Payload> {
    return this.csms.call('CP-1', action, payload);
  }

  /** Payloads of what the charger sent, oldest first. */
  sent(action: string): Payload[] {
    return this.csms.handled.filter((call) => call.action === action).map(({ payload }) => payload);
  }

  statuses(action: string): unknown[] {
    return this.sent(action).map(({ status }) => status);
  }

  /** @throws Error when it does not come about in time */
  async until(condition: () => boolean, limitMs = 8_000): Promise<void> {
    const startedMs = performance.now();
    while (!condition()) {
      if (performance.now() - startedMs > limitMs) {
        throw new Error(`In vain; the charger sent ${this.csms.actions().join(', ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
