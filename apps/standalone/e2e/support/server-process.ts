import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const main = path.resolve(__dirname, '../../dist/main.js');

/** A server that crash tests kill and start again. */
export interface CrashableServer {
  readonly ocppUrl: string;
  readonly graphqlUrl: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  removeData(): void;
}

/** The built server in a process of its own, on fixed ports, so that it can be killed and started again. */
export class ServerProcess implements CrashableServer {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly dataDir: string,
    private readonly ocppPort: number,
    private readonly apiPort: number,
  ) {}

  static async prepare(): Promise<ServerProcess> {
    return ServerProcess.withData(mkdtempSync(path.join(os.tmpdir(), 'chargestream-crash-')));
  }

  static async withData(dataDir: string): Promise<ServerProcess> {
    return new ServerProcess(dataDir, await freePort(), await freePort());
  }

  get ocppUrl(): string {
    return `ws://127.0.0.1:${this.ocppPort}/ocpp`;
  }

  get graphqlUrl(): string {
    return `http://127.0.0.1:${this.apiPort}/graphql`;
  }

  /** Resolves when the banner is printed: chargers can connect. */
  async start(args: readonly string[] = []): Promise<void> {
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        DATA_DIR: this.dataDir,
        OCPP_PORT: String(this.ocppPort),
        API_PORT: String(this.apiPort),
        LOG_LEVEL: 'error',
      },
    });
    this.child = child;
    this.output = '';
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-20_000);
        if (this.output.includes('ChargeStream is running.')) resolve();
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('exit', (code, signal) =>
        reject(new Error(`The server stopped (${code ?? signal}) and said:\n${this.output}`)),
      );
    });
  }

  /** SIGKILL: no chance to finish anything. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  removeData(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
