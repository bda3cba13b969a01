import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../../..');
const READY_POLL_MS = 100;

export type ServiceKind = 'connect' | 'core' | 'api' | 'eventstore-double' | 'standalone';

export interface ServiceOptions {
  kind: ServiceKind;
  /** e.g. `connect-1`. */
  name: string;
  /** Program, relative to the repository's root. */
  program: string;
  args?: readonly string[];
  environment: Record<string, string>;
  /** Answers 2xx when the service can do its work; null for one that is ready when it prints. */
  readyUrl: string | null;
  /** What it prints goes here. */
  logFile: string;
}

/** Nobody who ends leaves services running. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One service in a process of its own, which can be killed, stopped for a while and started again. */
export class ServiceProcess {
  private child: ChildProcess | null = null;
  private log: WriteStream | null = null;
  private output = '';

  constructor(private readonly options: ServiceOptions) {}

  get name(): string {
    return this.options.name;
  }

  get kind(): ServiceKind {
    return this.options.kind;
  }

  get pid(): number | undefined {
    return this.isRunning() ? this.child?.pid : undefined;
  }

  isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The end of what it printed, for error messages. */
  lastOutput(): string {
    return this.output.slice(-4_000);
  }

  /** Starts the process without waiting for readiness. */
  launch(): void {
    if (this.isRunning()) return;
    const { program, args = [], environment, logFile } = this.options;
    this.output = '';
    this.log ??= createWriteStream(logFile, { flags: 'a' });
    const child = spawn(process.execPath, ['--enable-source-maps', path.join(ROOT, program), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', ...environment },
    });
    this.child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-20_000);
        this.log?.write(chunk);
      });
    }
  }

  /**
   * Starts the process and resolves when it is ready.
   * @throws Error with what it printed, when it ends or is not ready in time.
   */
  async start(timeoutMs = 60_000): Promise<void> {
    this.launch();
    await this.ready(timeoutMs);
  }

  async ready(timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await this.isReady())) {
      if (!this.isRunning()) throw new Error(`${this.name} ended and said:\n${this.lastOutput()}`);
      if (Date.now() > deadline) {
        throw new Error(`${this.name} was not ready within ${timeoutMs} ms and said:\n${this.lastOutput()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
    }
  }

  async isReady(): Promise<boolean> {
    if (!this.isRunning()) return false;
    const { readyUrl } = this.options;
    if (readyUrl === null) return this.output !== '';
    try {
      return (await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  /** Stops it in its tracks; it does not notice. `resume` lets it go on. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** No chance to finish anything. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** A polite stop; SIGKILL when it takes longer than `patienceMs`. Resolves false then. */
  async stop(patienceMs = 20_000): Promise<boolean> {
    let inTime = true;
    const timer = setTimeout(() => {
      inTime = false;
      void this.kill();
    }, patienceMs);
    await this.end('SIGTERM');
    clearTimeout(timer);
    return inTime;
  }

  private end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === null || !this.isRunning()) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
      if (signal !== 'SIGSTOP') child.kill('SIGCONT');
    });
  }
}
