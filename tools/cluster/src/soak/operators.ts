import type { Random } from '@chargestream/charger-sim';
import type { Query } from '../oracle/query';

export interface OperatorsOptions {
  query: Query;
  chargerIds: readonly string[];
  random: Random;
  /** Between two commands, ms. */
  everyMs: number;
}

type Work = (random: Random, chargerId: string) => { mutation: string; input: Record<string, unknown> };

const MINUTE_MS = 60_000;
const TAG = 'CLUSTER-1';

/** What operators do all day, each as often as the others. */
const WORK: Record<string, Work> = {
  reserve: (random, chargerId) => ({
    mutation: 'reserve',
    input: {
      chargerId,
      evseId: 1,
      reservationId: random.integer(1, 1_000),
      idToken: TAG,
      expiresAt: new Date(Date.now() + random.between(0.2, 3) * MINUTE_MS).toISOString(),
    },
  }),
  cancelReservation: (random, chargerId) => ({
    mutation: 'cancelReservation',
    input: { chargerId, reservationId: random.integer(1, 1_000) },
  }),
  setChargingProfile: (random, chargerId) => ({
    mutation: 'setChargingProfile',
    input: { chargerId, evseId: 1, chargingProfileId: random.integer(1, PROFILES) },
  }),
  clearChargingProfile: (random, chargerId) => ({
    mutation: 'clearChargingProfile',
    input: { chargerId, chargingProfileId: random.integer(1, PROFILES) },
  }),
  getCompositeSchedule: (_random, chargerId) => ({
    mutation: 'getCompositeSchedule',
    input: { chargerId, evseId: 1, durationS: 3_600 },
  }),
  resetCharger: (random, chargerId) => ({
    mutation: 'resetCharger',
    input: { chargerId, type: random.chance(0.5) ? 'IMMEDIATE' : 'ON_IDLE' },
  }),
  triggerMessage: (_random, chargerId) => ({
    mutation: 'triggerMessage',
    input: { chargerId, requestedMessage: 'StatusNotification' },
  }),
  getConfiguration: (_random, chargerId) => ({ mutation: 'getConfiguration', input: { chargerId } }),
  sendLocalList: (_random, chargerId) => ({ mutation: 'sendLocalList', input: { chargerId } }),
};

const PROFILES = 10;
export const PUT_PROFILE = 'mutation ($input: PutChargingProfileInput!) { putChargingProfile(input: $input) { id } }';

/** The mutation of a kind of work, for whoever wants to look at it before it is sent. */
export function exampleOfEach(random: Random): { text: string; input: Record<string, unknown> }[] {
  return Object.values(WORK).map((work) => {
    const { mutation, input } = work(random, 'CP-1');
    return { text: textOf(mutation), input };
  });
}

function textOf(mutation: string): string {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation ($input: ${type}!) { command: ${mutation}(input: $input) { id } }`;
}

/** Sends commands of every kind to chargers at random, and counts what the api says to them. */
export class Operators {
  readonly sent: { id: string; sentAtMs: number }[] = [];
  /** By mutation. */
  readonly counts: Record<string, number> = {};
  /** What the api refused, by its message. */
  readonly refused: Record<string, number> = {};
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: OperatorsOptions) {}

  /** Puts the charging profiles in place that are handed out later. */
  async prepare(): Promise<void> {
    for (let chargingProfileId = 1; chargingProfileId <= PROFILES; chargingProfileId++) {
      const purpose = chargingProfileId % 2 === 0 ? 'ChargePointMaxProfile' : 'TxDefaultProfile';
      const periods = [{ startPeriodS: 0, limit: 6 + chargingProfileId }];
      const schedule = { unit: 'A', periods };
      const input = { id: chargingProfileId, stackLevel: chargingProfileId, purpose, kind: 'Relative', schedule };
      await this.options.query(PUT_PROFILE, { input });
    }
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    const under = new Set<Promise<void>>();
    while (!this.stopped) {
      const one: Promise<void> = this.send().finally(() => under.delete(one));
      under.add(one);
      await new Promise((resolve) => setTimeout(resolve, this.options.everyMs));
    }
    await Promise.all(under);
  }

  private async send(): Promise<void> {
    const { query, chargerIds, random } = this.options;
    const name = random.pick(Object.keys(WORK));
    const { mutation, input } = (WORK[name] as Work)(random, random.pick(chargerIds));
    const sentAtMs = Date.now();
    try {
      const { command } = await query<{ command: { id: string } }>(textOf(mutation), { input });
      this.sent.push({ id: command.id, sentAtMs });
      this.counts[mutation] = (this.counts[mutation] ?? 0) + 1;
    } catch (error) {
      const message = `${mutation}: ${(error as Error).message}`;
      this.refused[message] = (this.refused[message] ?? 0) + 1;
    }
  }
}
