import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface SpawnEventStoreDoubleOptions {
  folder: string;
  /** A free one when absent. */
  port?: number;
}

export interface EventStoreDoubleProcess {
  /** For EVENTSTORE_URL. */
  url: string;
  port: number;
  pid: number;
  /** SIGKILL and the like; resolves when it has ended. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** SIGSTOP: its sockets stay open and nothing answers. */
  pause(): void;
  resume(): void;
}

/** Starts the double as a process of its own, which ends with this one. @throws Error with what it complained about */
export async function spawnEventStoreDouble(options: SpawnEventStoreDoubleOptions): Promise<EventStoreDoubleProcess> {
  const { folder, port } = options;
  const extension = path.extname(__filename);
  const child = fork(
    path.join(__dirname, `main${extension}`),
    ['--folder', folder, ...(port === undefined ? [] : ['--port', String(port)])],
    {
      execArgv: extension === '.ts' ? ['-C', '@chargestream/source', '-r', require.resolve('@swc-node/register')] : [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const url = await printedUrl(child);
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? -1,
    kill: async (signal = 'SIGKILL') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill(signal);
      // It hears no other signal while it is paused.
      if (signal !== 'SIGKILL') child.kill('SIGCONT');
      await exit;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

async function printedUrl(child: ChildProcess): Promise<string> {
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  return new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The double ended with code ${code}: ${complaints.trim()}`)));
    child.once('error', reject);
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('EVENTSTORE_URL=')) resolve(line.slice('EVENTSTORE_URL='.length));
    });
  });
}
