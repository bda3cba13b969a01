import type { ChargerEvent, Intent } from '@chargestream/contracts';
import { at, tx2 } from '@chargestream/domain/testing';
import type { Harness } from './harness';
import { intent } from './intents';

/** Chargers that each report one session, are renamed again and again, and get commands. */
export class Load {
  readonly chargers: string[];
  readonly intents: Intent[] = [];
  private readonly stories: ChargerEvent[][];
  private step = 0;

  constructor(
    private readonly harness: Harness,
    chargers = 8,
    private readonly updates = 20,
  ) {
    this.chargers = Array.from({ length: chargers }, (_, n) => `CP-${n}`);
    this.stories = this.chargers.map((chargerId) =>
      [
        tx2('Started', 0, 0),
        ...Array.from({ length: updates }, (_, n) => tx2('Updated', n + 1, n + 1)),
        tx2('Ended', updates + 1, updates + 5),
      ].map((one) => ({
        ...one,
        chargerId,
        id: `${chargerId}-${one.id}`,
        data: { ...one.data, sessionKey: `key-${chargerId}` },
      })),
    );
  }

  get length(): number {
    return this.updates + 2;
  }

  /** The next event of each charger; every third time also an intent for it. */
  async go(steps = 1): Promise<void> {
    for (let count = 0; count < steps && this.step < this.length; count++) {
      const step = this.step++;
      await this.harness.report(...this.stories.map((events) => events[step]!));
      for (const [index, chargerId] of this.chargers.entries()) {
        if (step === 0 || (step + index) % 3 !== 0) continue;
        const asked =
          step % 2 === 0
            ? intent('UpdateCharger', { displayName: `${chargerId} ${step}` }, { chargerId })
            : intent(
                'SendCommand',
                { command: { kind: 'CLEAR_CACHE' }, expiresAt: at(60), holdUntilOnline: true },
                { chargerId },
              );
        this.intents.push(asked);
        await this.harness.intend(asked);
      }
    }
  }

  /** Which intents nobody has answered. */
  unanswered(): Intent[] {
    const answered = new Set(this.harness.updates.map((one) => (one.kind === 'intent' ? one.intentId : '')));
    return this.intents.filter(({ id }) => !answered.has(id));
  }
}
