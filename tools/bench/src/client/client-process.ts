import { answerRequests, runChild } from '../process/child-side';
import type { ClientRequests, ConnectArgument, LoadTotals } from '../process/protocol';
import { Connection } from './connection';
import { LoadCounters } from './counters';

/** The load generator, alone in its process. */
class Client {
  private connections: Connection[] = [];
  private counters = new LoadCounters();
  private startedAtMs = 0;

  async connect(argument: ConnectArgument): Promise<{ elapsedMs: number }> {
    const began = performance.now();
    const { connections, concurrency } = argument;
    const first = this.connections.length;
    await each(connections, concurrency, async (index) => {
      const connection = await Connection.open({
        port: argument.port,
        path: `${argument.path}${argument.chargerPrefix}${first + index}`,
        timeoutMs: argument.timeoutMs,
        counters: this.counters,
      });
      this.connections.push(connection);
      if (argument.boot) await connection.boot();
    });
    return { elapsedMs: performance.now() - began };
  }

  async startTransactions(idTag: string): Promise<null> {
    await Promise.all(this.connections.map((connection) => connection.startTransaction(idTag)));
    return null;
  }

  startLoad(kind: 'MeterValues' | 'Heartbeat', answers: 'callresult' | 'echo'): null {
    Object.assign(this.counters, { sent: 0, answered: 0, refusals: 0 });
    this.startedAtMs = performance.now();
    for (const connection of this.connections) connection.beginLoop(kind, answers);
    return null;
  }

  async stopLoad(timeoutMs: number): Promise<LoadTotals> {
    for (const connection of this.connections) connection.endLoop();
    const deadline = performance.now() + timeoutMs;
    while (this.outstanding() > 0 && performance.now() < deadline) await pause(5);
    const { counters } = this;
    return {
      window: counters.windowResult(),
      sent: counters.sent,
      answered: counters.answered,
      elapsedMs: counters.lastAnswerAtMs - this.startedAtMs,
      unanswered: counters.sent - counters.answered - counters.refusals,
      refused: counters.refusals,
      closedConnections: counters.closedConnections,
      firstProblem: counters.firstProblem,
    };
  }

  async sendOne(): Promise<{ sent: number; sentAtMs: number; receiptMs: number }> {
    const [connection] = this.connections;
    if (!connection?.open) throw new Error(`The connection is closed: ${this.counters.firstProblem ?? 'never opened'}`);
    const began = performance.now();
    const sent = await connection.sendOne();
    return { sent, sentAtMs: performance.timeOrigin + began, receiptMs: performance.now() - began };
  }

  openConnections(): number {
    return this.connections.filter((connection) => connection.open).length;
  }

  disconnect(): null {
    for (const connection of this.connections) connection.destroy();
    this.connections = [];
    this.counters = new LoadCounters();
    return null;
  }

  beginWindow(): null {
    this.counters.beginWindow();
    return null;
  }

  endWindow(): null {
    this.counters.endWindow();
    return null;
  }

  private outstanding(): number {
    return this.connections.filter((connection) => connection.outstanding && connection.open).length;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs `work` for 0 to count − 1, at most `concurrency` at a time. */
async function each(count: number, concurrency: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
}

runChild(async () => {
  const client = new Client();
  answerRequests<ClientRequests>(
    {
      connect: (argument) => client.connect(argument),
      startTransactions: ({ idTag }) => client.startTransactions(idTag),
      startLoad: ({ kind, answers }) => client.startLoad(kind, answers),
      beginWindow: () => client.beginWindow(),
      endWindow: () => client.endWindow(),
      stopLoad: ({ timeoutMs }) => client.stopLoad(timeoutMs),
      sendOne: () => client.sendOne(),
      openConnections: () => client.openConnections(),
      disconnect: () => client.disconnect(),
      stop: () => {
        client.disconnect();
        setImmediate(() => process.exit(0));
        return null;
      },
    },
    null,
  );
});
