import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { javaCommand } from './java';
import { serverProperties, type NodeSettings } from './server-properties';

const START_DEADLINE_MS = 60_000;

export interface ScramUser {
  username: string;
  password: string;
}

/** One process that is broker and controller. */
export class KafkaNode {
  readonly id: number;
  readonly port: number;
  private child: ChildProcess | null = null;

  constructor(
    private readonly settings: NodeSettings,
    private readonly jars: string,
    private readonly heapMb: number,
  ) {
    this.id = settings.id;
    this.port = settings.port;
  }

  /** `host:port` of the listener without TLS. */
  get broker(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Of the process, or null while it is down. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** Where the broker's own log is written. */
  get logFile(): string {
    return path.join(this.settings.folder, 'broker.log');
  }

  /** Writes the settings and prepares the data folder. Once, before the first start. */
  async format(clusterId: string, user: ScramUser | null): Promise<void> {
    mkdirSync(this.settings.folder, { recursive: true });
    writeFileSync(this.propertiesFile, serverProperties(this.settings));
    const scram = user ? ['--add-scram', `SCRAM-SHA-512=[name=${user.username},password=${user.password}]`] : [];
    const child = this.java([
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      this.propertiesFile,
      ...scram,
    ]);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`Kafka's data folder could not be prepared:\n${this.logTail()}`);
  }

  /** Starts it, again on the same folder and port after `kill`; resolves when it takes connections. */
  async start(): Promise<void> {
    if (this.child) throw new Error(`Node ${this.id} runs already: kill it first.`);
    const child = this.java(['kafka.Kafka', this.propertiesFile]);
    this.child = child;
    writeFileSync(this.pidFile, String(child.pid));
    child.once('exit', () => {
      if (this.child === child) this.child = null;
      rmSync(this.pidFile, { force: true });
    });
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await this.takesConnections())) {
      if (this.child !== child) throw new Error(`Kafka node ${this.id} did not start:\n${this.logTail()}`);
      if (Date.now() > deadline) throw new Error(`Kafka node ${this.id} does not listen yet:\n${this.logTail()}`);
      await pause(50);
    }
  }

  /** Ends the process and waits for its end. SIGTERM is the orderly way: its partitions move to the others first. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    // A stopped process takes SIGKILL but no other signal.
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    await ended;
  }

  /** SIGSTOP: its sockets stay open and nothing answers, as with a hung machine. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  private get propertiesFile(): string {
    return path.join(this.settings.folder, 'server.properties');
  }

  private get pidFile(): string {
    return path.join(this.settings.folder, 'pid');
  }

  private java(args: string[]): ChildProcess {
    const log = openSync(this.logFile, 'a');
    const jvm = [`-Xmx${this.heapMb}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
    const logLevel = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
    try {
      return spawn(javaCommand(), [...jvm, logLevel, '-cp', path.join(this.jars, '*'), ...args], {
        cwd: this.settings.folder,
        stdio: ['ignore', log, log],
        // A Ctrl-C at the terminal is for the one who started us; he stops us in order.
        detached: true,
      });
    } finally {
      closeSync(log);
    }
  }

  private takesConnections(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }

  private logTail(): string {
    return readFileSync(this.logFile, 'utf8').split('\n').slice(-25).join('\n');
  }
}
