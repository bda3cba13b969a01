import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';

interface GraphqlAnswer<Data> {
  data?: Data;
  errors?: { message: string; extensions?: { code?: string } }[];
}

export class GraphqlRequestError extends Error {
  constructor(readonly errors: NonNullable<GraphqlAnswer<unknown>['errors']>) {
    super(errors.map((error) => `${error.extensions?.code ?? 'no code'}: ${error.message}`).join('; '));
  }
  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

/** What a product team has: GraphQL over HTTP, and subscriptions over graphql-ws. */
export class GraphqlClient {
  private readonly live: Client;

  constructor(readonly url: string) {
    this.live = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  }

  async query<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as GraphqlAnswer<Data>;
    if (answer.errors) throw new GraphqlRequestError(answer.errors);
    return answer.data as Data;
  }

  /** Asks again until `enough` holds; the last answer is in the error when it never does. */
  async until<Data>(
    query: string,
    variables: Record<string, unknown>,
    enough: (data: Data) => boolean,
    timeoutMs = 10_000,
  ): Promise<Data> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const data = await this.query<Data>(query, variables);
      if (enough(data)) return data;
      if (Date.now() > deadline) throw new Error(`Not reached in ${timeoutMs} ms; last seen: ${JSON.stringify(data)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Starts a subscription; `next()` waits for the next event that satisfies the condition. */
  subscribe<Data>(query: string, variables: Record<string, unknown> = {}): LiveQuery<Data> {
    return new LiveQuery<Data>(this.live, query, variables);
  }

  async close(): Promise<void> {
    await this.live.dispose();
  }
}

export class LiveQuery<Data> {
  readonly seen: Data[] = [];
  private failure: unknown;
  private readonly waiting = new Set<() => void>();
  private readonly stop: () => void;

  constructor(client: Client, query: string, variables: Record<string, unknown>) {
    this.stop = client.subscribe<Data>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (errors) this.failure = new GraphqlRequestError(errors as never);
          else if (data) this.seen.push(data);
          this.wake();
        },
        error: (error) => {
          this.failure = error;
          this.wake();
        },
        complete: () => this.wake(),
      },
    );
  }

  /** Resolves with the first event, past or future, that satisfies `condition`. */
  async first(condition: (data: Data) => boolean = () => true, timeoutMs = 10_000): Promise<Data> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = this.seen.find(condition);
      if (found) return found;
      if (this.failure) throw this.failure;
      await this.change(deadline - Date.now());
    }
  }

  close(): void {
    this.stop();
  }

  private wake(): void {
    for (const waiter of this.waiting) waiter();
  }

  private change(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`No such event; seen: ${JSON.stringify(this.seen)}`)),
        Math.max(0, timeoutMs),
      );
      const waiter = () => {
        clearTimeout(timer);
        this.waiting.delete(waiter);
        resolve();
      };
      this.waiting.add(waiter);
    });
  }
}
