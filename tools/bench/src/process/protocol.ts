import type { LoadKind } from '../prepared-call';
import type { LatencySummary } from '../statistics';

/** In a table of requests: what `Name` is asked with, and what it answers. */
export type ArgumentOf<Table, Name extends keyof Table> = Table[Name] extends { argument: infer A } ? A : never;
export type AnswerOf<Table, Name extends keyof Table> = Table[Name] extends { answer: infer A } ? A : never;

/** A request on its way to a child process, and its answer. Errors travel as sentences. */
export interface RequestMessage {
  id: number;
  request: string;
  argument: unknown;
}
export type AnswerMessage = { id: number; ok: true; answer: unknown } | { id: number; ok: false; error: string };

/** Sent once, when the child can take requests. */
export interface ReadyMessage {
  ready: unknown;
}

export interface ServerAddress {
  ocppPort: number;
  /** What the path of a charger begins with, e.g. `/ocpp/`. */
  ocppPath: string;
  /** Null on servers without GraphQL. */
  graphqlUrl: string | null;
}

export interface ProcessUsage {
  /** User and system time of all threads of the process since it started, microseconds. */
  cpuMicroseconds: number;
  /** Monotonic clock of the process, milliseconds. */
  atMs: number;
}

export interface MemoryUsage {
  /** All after a forced garbage collection. */
  rssBytes: number;
  heapUsedBytes: number;
  externalBytes: number;
}

/** What every server under test answers. */
export interface ServerRequests {
  usage: { argument: null; answer: ProcessUsage };
  memory: { argument: null; answer: MemoryUsage };
  /** Frames that the message log gave up under load; they cost nothing, so a reader must know of them. */
  lostLogEntries: { argument: null; answer: number };
  /** Starts the V8 CPU profiler. */
  profileStart: { argument: null; answer: null };
  /** Stops it and writes the profile to the file named. */
  profileStop: { argument: { file: string }; answer: null };
  stop: { argument: null; answer: null };
}

export interface ConnectArgument {
  port: number;
  path: string;
  connections: number;
  /** Connections being opened at a time. */
  concurrency: number;
  chargerPrefix: string;
  /** False for the echo server, to which nobody boots. */
  boot: boolean;
  /** For each upgrade and each CALL of the preparation. */
  timeoutMs: number;
}

export interface LoadArgument {
  kind: LoadKind;
  /** What the server answers with: a CALLRESULT, or the CALL itself. */
  answers: 'callresult' | 'echo';
}

/** One window of a closed loop, measured by the client. */
export interface LoadWindow {
  answered: number;
  elapsedMs: number;
  cpuMicroseconds: number;
  latency: LatencySummary | null;
}

export interface LoadTotals {
  window: LoadWindow;
  sent: number;
  answered: number;
  /** From the first message to the last answer. */
  elapsedMs: number;
  /** CALLs without an answer when the time to wait for them was over, and answers that were no answers. */
  unanswered: number;
  refused: number;
  closedConnections: number;
  /** What the first refusal or closed connection looked like. */
  firstProblem: string | null;
}

export interface SentOne {
  /** MeterValues sent on this connection so far, so the Wh its session must show. */
  sent: number;
  /** When it was written, milliseconds since the epoch. */
  sentAtMs: number;
  /** Until its CALLRESULT was here. */
  receiptMs: number;
}

/** What the client process answers. */
export interface ClientRequests {
  connect: { argument: ConnectArgument; answer: { elapsedMs: number } };
  /** Each connection starts a transaction: StatusNotification, StartTransaction. */
  startTransactions: { argument: { idTag: string }; answer: null };
  startLoad: { argument: LoadArgument; answer: null };
  /** Forgets what was counted so far: the warm-up is over. */
  beginWindow: { argument: null; answer: null };
  endWindow: { argument: null; answer: null };
  /** No new CALLs; waits for the answers outstanding. */
  stopLoad: { argument: { timeoutMs: number }; answer: LoadTotals };
  /** Sends one prepared MeterValues on the first connection and waits for its receipt. */
  sendOne: { argument: null; answer: SentOne };
  openConnections: { argument: null; answer: number };
  disconnect: { argument: null; answer: null };
  stop: { argument: null; answer: null };
}
