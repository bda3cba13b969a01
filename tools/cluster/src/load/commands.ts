import type { Random } from '@chargestream/charger-sim';
import type { Query } from '../oracle/query';
import { allPages, type Page } from '../oracle/query';

export interface CommandLoadOptions {
  query: Query;
  chargerIds: readonly string[];
  random: Random;
  /** Between two commands, ms. */
  everyMs: number;
}

interface SentCommand {
  id: string;
  sentAtMs: number;
}

export interface SeenCommand {
  id: string;
  chargerId: string;
  state: string;
}

const TERMINAL = new Set(['ACCEPTED', 'REJECTED', 'FAILED', 'TIMED_OUT', 'OFFLINE', 'EXPIRED', 'UNKNOWN']);
const TIMEOUT_S = 20;

const SEND = /* GraphQL */ `
  mutation ($input: CallChargerInput!) {
    callCharger(input: $input) {
      id
    }
  }
`;
const COMMANDS = /* GraphQL */ `
  query ($after: String) {
    page: commands(first: 500, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        chargerId
        state
      }
    }
  }
`;

/** Sends commands all the time, to chargers at random. What the api does not confirm is counted, for it may be under way all the same; a command it took must end. */
export class CommandLoad {
  readonly sent: SentCommand[] = [];
  unconfirmed = 0;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: CommandLoadOptions) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    const { everyMs } = this.options;
    const under = new Set<Promise<void>>();
    while (!this.stopped) {
      const one: Promise<void> = this.send().finally(() => under.delete(one));
      under.add(one);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await Promise.all(under);
  }

  private async send(): Promise<void> {
    const { query, chargerIds, random } = this.options;
    const chargerId = random.pick(chargerIds);
    const sentAtMs = Date.now();
    try {
      const input = { chargerId, action: 'ClearCache', payload: {}, timeoutSeconds: TIMEOUT_S };
      const { callCharger } = await query<{ callCharger: { id: string } }>(SEND, { input });
      this.sent.push({ id: callCharger.id, sentAtMs });
    } catch {
      this.unconfirmed++;
    }
  }
}

export interface CommandVerdict {
  /** By state. */
  states: Record<string, number>;
  /** In no terminal state. */
  open: string[];
  /** The api took them and nothing shows them. */
  lost: string[];
}

/** How all commands stand that the read model has, and those of `sent` that it lacks. */
export async function judgeCommands(query: Query, sent: readonly SentCommand[]): Promise<CommandVerdict> {
  const seen = await allPages<SeenCommand>(
    async (after) => (await query<{ page: Page<SeenCommand> }>(COMMANDS, { after })).page,
  );
  const states: Record<string, number> = {};
  for (const { state } of seen) states[state] = (states[state] ?? 0) + 1;
  const known = new Set(seen.map(({ id }) => id));
  return {
    states,
    open: seen.filter(({ state }) => !TERMINAL.has(state)).map(({ id, state }) => `${id} is ${state}`),
    lost: sent.filter(({ id }) => !known.has(id)).map(({ id }) => id),
  };
}
