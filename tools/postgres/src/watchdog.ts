import { spawn } from 'node:child_process';

/**
 * A shell that waits for this process to end, however it ends, and then kills what it left running and removes the folder:
 * a test that was killed leaves no server behind. Returns what to call after an orderly stop.
 */
export function watchOver(folder: string): () => void {
  if (process.platform === 'win32') return () => undefined;
  const script =
    'cat >/dev/null; f="$1/data/postmaster.pid"; [ -f "$f" ] && kill -QUIT "$(head -n1 "$f")"; sleep 1; rm -rf "$1"';
  const child = spawn('/bin/sh', ['-c', script, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.unref();
  (child.stdin as unknown as { unref?: () => void }).unref?.();
  child.on('error', () => undefined);
  return () => child.stdin.end();
}
