import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs a TypeScript file of this workspace in a process of its own and sends it SIGKILL, `killAfterMs` after the first
 * thing it prints. Resolves when the process is gone.
 * @throws Error when it ended by itself, with what it wrote to stderr
 */
export async function killedWriter(script: string, args: readonly string[], killAfterMs: number): Promise<void> {
  const flags = ['-C', '@chargestream/source', '-r', '@swc-node/register'];
  const child = spawn(process.execPath, [...flags, script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), killAfterMs));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (signal !== 'SIGKILL') throw new Error(`The writer ended by itself with code ${code}: ${complaints}`);
}
