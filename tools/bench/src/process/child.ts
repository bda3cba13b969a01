import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { AnswerMessage, AnswerOf, ArgumentOf, ReadyMessage, RequestMessage } from './protocol';

/** The bench cannot go on: a server or the client failed. The message is meant for the user. */
export class BenchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BenchError';
  }
}

const KEPT_OUTPUT = 4_000;

/** A child process that answers requests over IPC. Every wait is bounded. */
export class Child<Table> {
  private readonly waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  private nextId = 0;
  private output = '';
  private ended: string | null = null;
  private stopping = false;
  private readonly exited: Promise<void>;

  private constructor(
    private readonly name: string,
    private readonly process: ChildProcess,
  ) {
    const keep = (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-KEPT_OUTPUT));
    process.stdout?.on('data', keep);
    process.stderr?.on('data', keep);
    process.on('message', (message) => this.answered(message as AnswerMessage));
    this.exited = new Promise((resolve) => {
      process.once('exit', (code, signal) => {
        this.fail(`the ${name} process ended (${signal ?? `exit code ${code}`})`);
        resolve();
      });
    });
    process.once('error', (error) => this.fail(`the ${name} process failed: ${error.message}`));
  }

  /**
   * Starts `modulePath` (without extension, relative to the bench's own folder) with --expose-gc.
   * @throws BenchError when it ends or says nothing for `timeoutMs`
   */
  static async start<Table, Ready>(
    name: string,
    modulePath: string,
    environment: Record<string, string>,
    timeoutMs = 60_000,
  ): Promise<{ child: Child<Table>; ready: Ready }> {
    // `.ts` when the bench runs from its sources.
    const file = path.resolve(__dirname, '..', `${modulePath}${path.extname(__filename)}`);
    const started = fork(file, [], {
      execArgv: [...process.execArgv.filter((flag) => flag !== '--expose-gc'), '--expose-gc'],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const child = new Child<Table>(name, started);
    const ready = await child.within<Ready>(timeoutMs, 'to start', (resolve) => {
      started.on('message', (message: ReadyMessage) => 'ready' in message && resolve(message.ready as Ready));
    });
    return { child, ready };
  }

  /** @throws BenchError with the child's own sentence, or when no answer comes in time */
  ask<Name extends keyof Table & string>(
    request: Name,
    argument: ArgumentOf<Table, Name>,
    timeoutMs = 30_000,
  ): Promise<AnswerOf<Table, Name>> {
    return this.within<AnswerOf<Table, Name>>(timeoutMs, `to answer "${request}"`, (_resolve, id) => {
      const message: RequestMessage = { id, request, argument };
      this.process.send(message, (error) => error && this.fail(error.message));
    });
  }

  /** Asks it to stop, and kills it when it does not within `timeoutMs`. */
  async stop(timeoutMs = 20_000): Promise<void> {
    if (this.ended !== null) return;
    this.stopping = true;
    this.process.send({ id: this.nextId++, request: 'stop', argument: null } satisfies RequestMessage);
    const timer = setTimeout(() => this.process.kill('SIGKILL'), timeoutMs);
    await this.exited;
    clearTimeout(timer);
  }

  private within<Answer>(
    timeoutMs: number,
    what: string,
    begin: (resolve: (answer: Answer) => void, id: number) => void,
  ): Promise<Answer> {
    const id = this.nextId++;
    return new Promise<Answer>((resolve, reject) => {
      if (this.ended !== null) return reject(new BenchError(this.ended));
      const timer = setTimeout(() => {
        settle();
        reject(new BenchError(this.withOutput(`the ${this.name} process took more than ${timeoutMs} ms ${what}`)));
      }, timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        this.waiting.delete(id);
      };
      const resolved = (answer: Answer) => {
        settle();
        resolve(answer);
      };
      this.waiting.set(id, {
        resolve: resolved as (answer: never) => void,
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      begin(resolved, id);
    });
  }

  private answered(message: AnswerMessage): void {
    if (!('id' in message)) return;
    const waiting = this.waiting.get(message.id);
    if (message.ok) waiting?.resolve(message.answer as never);
    else waiting?.reject(new BenchError(this.withOutput(`${this.name}: ${message.error}`)));
  }

  private fail(reason: string): void {
    this.ended ??= this.withOutput(reason);
    for (const waiting of [...this.waiting.values()]) waiting.reject(new BenchError(this.ended));
  }

  private withOutput(reason: string): string {
    const output = this.output.trim();
    return output === '' || this.stopping ? reason : `${reason}; the last it said:\n${output}`;
  }
}
